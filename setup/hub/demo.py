def run(hub, simulator):
    pass
