# Formulär.
button-save = Spara
button-cancel = Avbryt
form-optional = (frivilligt)
form-choose = Välj
form-more = Fler uppgifter
form-yes = Ja
form-no = Nej
error-summary-title = Rätta det här först
paragraph-number = Stycke { $number }
paragraph-class = Sekretess
paragraph-third-party = Stycket handlar också om någon annan som går att känna igen
paragraph-more = Lägg till fler stycken
form-examples = Exempel
