# Forms.
button-save = Save
button-cancel = Cancel
form-optional = (optional)
form-choose = Choose
form-more = More details
form-yes = Yes
form-no = No
error-summary-title = Correct this first
paragraph-number = Paragraph { $number }
paragraph-class = Secrecy
paragraph-third-party = The paragraph is also about somebody else who can be recognised
paragraph-more = Add more paragraphs
form-examples = Examples
