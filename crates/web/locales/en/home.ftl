# Home pages.
home-title = Home
home-waiting = Waiting for you
home-nothing-waiting = Nothing is waiting for you at the moment.
home-my-cases = My cases
home-joint-files = Joint files
home-clocks = Clocks to watch
home-this-months-review = This month's review
home-add-measure = + Measure
sign-in-title = Sign in
sign-in-how = You sign in with your personal link. Open the link that your administrator gave you, or in the demo the one that the program printed when it started.
sign-in-lost = Has the link stopped working? Ask your administrator for a new one.
home-unit-cases = My cases and the unit's
home-all-cases = Show all cases
home-due = To do
home-overdue-title = Overdue follow-ups
home-overdue = { $count ->
    [one] One case has a follow-up that has passed. It stands first in the list.
   *[other] { $count } cases have a follow-up that has passed. They stand first in the list.
}
home-clocks-lead = Birthdays of the coming year. At 18 a guardian's consent ends, at 21 the legal basis in OSL 10:18 a.
home-clocks-chart = Birthdays that end a basis
home-refused = Refused accesses of the last seven days
home-refused-lead = A refused access is recorded in the same way as an allowed one. Many of them can be a mistake or an attempt.
home-refused-none = No access has been refused.
home-refused-all = Show all refused
home-doors = Your pages
home-doors-lead = This is what your role uses Samlad for.
clock-kind-turns-18 = turns 18 { $when }
clock-kind-turns-21 = turns 21 { $when }
clock-kind-concern-protection = protection assessed { $when }
clock-kind-concern-preliminary = preliminary assessment { $when }
clock-kind-concern-inquiry = inquiry finished { $when }

## The notice on the log, and one's own mandate
notice-page-title = Accesses are logged and reviewed
notice-page-heading = Before you begin
notice-page-lead = Read this once. The date on which you read it is kept, and you find the text here later too.
notice-page-logged = Everything that you open, search for, write and release is recorded in the access log before you see it: who, when, what, why and on what basis.
notice-page-refused = What you are refused is recorded too.
notice-page-reviewed = The log is reviewed regularly by somebody other than your manager, and it cannot be changed afterwards.
notice-page-person = The person whom the data concern can learn when and why they were read.
notice-page-need = Open only what you need for your work. Reading out of curiosity can be a crime (BrB 4:9 c, unlawful access).
notice-page-read = I have read this
notice-page-seen = You read this
mandate-heading = Your mandate
mandate-lead = What you may do follows from your mandate. If anything is wrong, talk to your manager.
mandate-name = Name
mandate-authority = Authority
mandate-unit = Unit
mandate-roles = Roles
mandate-number = Service number, which the other side sees instead of the name
## To take a position on
waiting-nomination = Proposal to coordinate: { $whom }
waiting-proposal = Joint action to answer: { $title }
waiting-from = From { $authority }
waiting-by = By
waiting-text-lapsed = The basis for the text has ended.
waiting-lapsed = Copy whose basis has ended: keep or erase
waiting-corrections = { $count ->
    [one] One correction to acknowledge.
   *[other] { $count } corrections to acknowledge.
}
waiting-requests = { $count ->
    [one] One request for information waits for an answer.
   *[other] { $count } requests for information wait for an answer.
}
waiting-kind-release = Received item
waiting-kind-concern-report = Concern report
waiting-kind-answer = Answer to a request
waiting-kind-nomination = Proposal to coordinate
waiting-kind-proposal = Proposal of a joint action
waiting-kind-follow-up = Follow-up of a joint action
waiting-kind-position = Position
waiting-kind-request = Request for information
