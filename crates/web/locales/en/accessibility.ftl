# Accessibility statement (Act 2018:1937, EN 301 549).
accessibility-title = Accessibility
accessibility-lead = Samlad is meant to be usable by everyone who needs it in their work, also with a screen reader, with the keyboard alone, with large text or with high contrast.
accessibility-state-heading = How accessible the site is
accessibility-state = The site is built to follow WCAG 2.2 at level AA and EN 301 549. We know of no remaining shortcomings.
accessibility-how-heading = How we have tested it
accessibility-how = Every page is tested automatically in both languages, with the keyboard alone, at 400 per cent zoom and at a width of 320 pixels. The pages work without script, except signing in with a passkey.
accessibility-report-heading = Tell us if something does not work
accessibility-report = Contact whoever runs the service at your authority. You can also get the content in another way, for example printed.
accessibility-contact = Contact:
accessibility-supervision-heading = Supervision
accessibility-supervision = The Agency for Digital Government (Digg) supervises the Act on accessibility of digital public services. You can report shortcomings to Digg.
