"""By when a step is to be done, in working days, and when whoever has it is reminded: ``sangong:deadline``, ``sangong:reminder``.

```xml
<sangong:deadline workingDays="5" at="17:30"/>
<sangong:reminder before="2" unit="workingDays"/>
<sangong:reminder every="1" unit="days" times="5"/>
```

A due date in days of the calendar, or one that is computed, stands in ``zeebe:taskSchedule``; reminders go by either. Pure: which
days are worked is asked of the calendar that is given.

Import the parts by name: the model of diagrams holds these itself.
"""
