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
