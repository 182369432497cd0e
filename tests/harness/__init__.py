"""What end-to-end, fault and speed tests share: servers, waiting, comparing."""
