### The personal file
file-concerns = Concerns
file-person = Person
file-case-number = Number of the case
file-reference = Joint file
file-entered = Entered in the personal file
file-entered-by = { $when } by { $by }
file-not-entered = Not noted yet.
file-enter = Note as entered in the personal file
file-print-measure = Print for the personal file
file-measure-title = Measure for the personal file
file-measure-outcome = The measure as it stands today.
file-record-release = release
file-record-abstention = abstention
file-record-measure = measure
