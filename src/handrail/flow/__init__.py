"""The corridor: it alone knows the order of the rooms.

`admission` takes items in, `gathering` those of one moment together; `timers` and `endings` say what each durable job
leads to.
"""

from handrail.flow.admission import Admission, Admitted, Refused
from handrail.flow.endings import Endings
from handrail.flow.gathering import Gathering

__all__ = ["Admission", "Admitted", "Endings", "Gathering", "Refused"]
