{
    "name": "Channel Hub: fake marketplace",
    "summary": "Test only: a marketplace like no other, in one small addon",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "Channel Hub",
    "license": "AGPL-3",
    "depends": ["channel_base"],
    "data": ["views/channel_channel_views.xml"],
}
