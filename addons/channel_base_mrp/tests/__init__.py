from . import test_bundles
from . import test_changed_kits
from . import test_kit_content
from . import test_kits
from . import test_returned_kits
from . import test_shipped_kits
