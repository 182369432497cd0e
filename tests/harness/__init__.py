"""What end-to-end, fault and speed tests share: servers, control, waiting, comparing."""
