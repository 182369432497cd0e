from . import test_infrastructure
