### Personakten
file-concerns = Gäller
file-person = Person
file-case-number = Ärendets nummer
file-reference = Samverkansakt
file-entered = Förd till personakten
file-entered-by = { $when } av { $by }
file-not-entered = Inte antecknat än.
file-enter = Anteckna förd till personakten
file-print-measure = Skriv ut till personakten
file-measure-title = Åtgärd till personakten
file-measure-outcome = Åtgärden som den står i dag.
file-record-release = utlämnande
file-record-abstention = avstående
file-record-measure = åtgärd
