from . import identity
from . import wakeup
from . import shipment_answer
from . import shipment_collect
from . import shipment_freeze
from . import shipment_parcel
from . import shipment_prepare
from . import shipment_quantity
