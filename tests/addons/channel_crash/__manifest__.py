{
    "name": "Channel Hub: Crash Points",
    "summary": "Test only: a process kills itself at named points, armed by a file",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Channel Hub",
    "website": "https://github.com/channel-hub/channel-hub",
    "license": "AGPL-3",
    "depends": ["channel_base"],
}
