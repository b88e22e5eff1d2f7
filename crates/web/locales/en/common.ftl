# Words that every page needs.
skip-to-content = Skip to the content
demo-word = Demonstration.
demo-banner = All people and events are made up. Do not enter any real information.
nav-label = Main menu
nav-home = Home
nav-cases = Cases
nav-persons = Find a person
nav-joint-files = Joint files
nav-received = Received items
nav-releases = Releases
nav-audit = Access log
nav-reviews = Monthly review
nav-verification = Log verification
nav-record-requests = Requests for documents
nav-users = Users
nav-delegations = Delegations
nav-figures = Figures
nav-legal-bases = Legal bases
sign-in = Sign in
sign-out = Sign out
footer-logged = Every access in Samlad is logged and reviewed.
session-warning-title = You will soon be signed out
session-warning-text = You have not done anything for a while. In two minutes you will be signed out and what you have not saved will be lost.
session-warning-stay = Stay signed in
unknown-value = unknown value
error-prefix = Error
error-home = Go to the home page
rows-shown = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
days-left = { $count ->
    [0] today
    [one] in { $count } day
   *[other] in { $count } days
}
days-late = { $count ->
    [one] { $count } day late
   *[other] { $count } days late
}
age-years = { $count } years
fewer-than = fewer than { $number }
why-heading = Why do I see this?
why-purpose = Purpose:
why-entry = Log entry:
why-logged = That you have seen this is recorded in the access log.
pager-label = Pages
pager-page = Page { $page }
pager-before = Previous page
pager-after = Next page
filters-label = Filter the list
filters-all = All
filters-apply = Show
filters-remove = (remove)
steps-label = Steps
steps-now = Step { $now } of { $all }
chart-as-table = Show as a table
chart-today = Today
chart-what = What
chart-when = When
confirm-heading = This will happen
receipt-reference = Decision number
receipt-print-hint = You can print the page or save it as a PDF with the browser's print function.
interruption-back = Go back without opening
yes = Yes
no = No
