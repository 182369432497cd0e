{
    "name": "Channel Hub: Yardstick",
    "summary": "Test only: an empty route to measure ours against",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "depends": ["base"],
}
