//! Every limit, with its unit. Text lengths count Unicode scalar values.

/// Longest name of an exchange, a place or a person, in characters.
pub const NAME_CHARS_MAX: usize = 80;
/// Longest registered name of a participant, in characters: it is kept whole on paper.
pub const PARTICIPANT_NAME_CHARS_MAX: usize = 160;
/// Longest name of a participant as the wall and the phones show it, in characters.
pub const SHOWN_NAME_CHARS_MAX: usize = 80;
/// Longest e-mail address of a contact, in characters: the longest that mail can carry.
pub const EMAIL_CHARS_MAX: usize = 254;
/// Longest telephone field of a contact, in characters: two numbers with their spaces and countries.
pub const PHONE_CHARS_MAX: usize = 64;
/// Fewest digits of a telephone number: Norway's shortest.
pub const PHONE_DIGITS_MIN: usize = 5;
/// Most digits of a telephone number, by E.164.
pub const PHONE_DIGITS_MAX: usize = 15;
/// Longest place in the hall, such as `bord 14`, in characters.
pub const PLACE_CHARS_MAX: usize = 40;
/// Longest text of a listing, in characters.
pub const LISTING_CHARS_MAX: usize = 160;
/// Longest description of a listing, in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Longest text of a service or a return service, in characters.
pub const SERVICE_CHARS_MAX: usize = 200;
/// Longest remark (first step, notary's remark), in characters.
pub const REMARK_CHARS_MAX: usize = 200;
/// Longest announcement, in characters: what the back row can read in one look.
pub const ANNOUNCEMENT_CHARS_MAX: usize = 140;
/// Longest unit of a quantity, such as `timer`, in characters.
pub const UNIT_CHARS_MAX: usize = 20;
/// Longest key of a category, in characters.
pub const CATEGORY_KEY_CHARS_MAX: usize = 24;
/// Most categories an exchange.
pub const CATEGORIES_MAX: usize = 12;
/// Most roles that have a title of their own.
pub const ROLE_TITLES_MAX: usize = 8;
/// Most items in a programme.
pub const PROGRAMME_ITEMS_MAX: usize = 30;
/// Most participants an exchange. The largest known event had fewer than 700.
pub const PARTICIPANTS_MAX: usize = 2_000;
/// Most listings of one participant.
pub const LISTINGS_PER_PARTICIPANT_MAX: usize = 20;
/// Most deals an exchange. The record is 328; the rest is for load tests.
pub const DEALS_MAX: usize = 200_000;
/// Most parties on one side of a deal.
pub const PARTIES_PER_SIDE_MAX: usize = 8;
/// Most listings named by one service.
pub const LISTINGS_PER_SERVICE_MAX: usize = 8;
/// Largest quantity, in its own unit.
pub const QUANTITY_MAX: u32 = 100_000;
/// Largest effort of one service, in minutes: 10,000 hours.
pub const EFFORT_MINUTES_MAX: u32 = 600_000;
/// Largest worth of one service, in whole units of the exchange's currency.
pub const WORTH_MAX: u32 = 100_000_000;
/// Earliest year in which an exchange is held: before it, a figure was mistyped.
pub const EXCHANGE_YEAR_MIN: u32 = 2_000;
/// Latest year in which an exchange is held.
pub const EXCHANGE_YEAR_MAX: u32 = 2_100;
/// Largest goal, in deals.
pub const GOAL_DEALS_MAX: u32 = 10_000;
/// Longest round, in minutes.
pub const ROUND_MINUTES_MAX: u32 = 8 * 60;
/// Longest break that is given a length, in minutes.
pub const BREAK_MINUTES_MAX: u32 = 4 * 60;
/// Longest an announcement stays, in seconds.
pub const ANNOUNCEMENT_SECONDS_MAX: u32 = 60 * 60;
/// Longest text about personal data, in characters: what a phone shows on two screens.
pub const PRIVACY_CHARS_MAX: usize = 1_000;
/// Longest that personal data is kept after the evening, in months.
pub const KEEP_MONTHS_MAX: u32 = 60;
/// Most registrations that one exchange keeps, those that were declined and withdrawn among them.
pub const REGISTRATIONS_MAX: usize = 3_000;
/// Most offers, and most wishes, of one registration.
pub const REGISTERED_LISTINGS_MAX: usize = 4;
/// Most people who come of one participant.
pub const PEOPLE_MAX: u32 = 99;
/// Longest text above the registration form, and longest consent, in characters.
pub const FORM_TEXT_CHARS_MAX: usize = 1_000;
/// Longest that a party writes of why a deal comes to nothing, in characters.
pub const FOLLOW_UP_TEXT_CHARS_MAX: usize = 500;
/// Longest note of a call, in characters.
pub const FOLLOW_UP_NOTE_CHARS_MAX: usize = 1_000;
/// Most calls of one deal that are noted.
pub const FOLLOW_UP_CALLS_MAX: u32 = 100;
/// Earliest that a first step is reminded of, in days before it.
pub const FOLLOW_UP_DAYS_BEFORE_MAX: u32 = 30;
/// Fewest deals of which everybody may read how many came true: of fewer, it would say who kept their word.
pub const FOLLOW_UP_SHOWN_DEALS_MIN: u32 = 10;
/// Most mails that one exchange keeps.
pub const MAILS_MAX: usize = 20_000;
/// Mails that are listed at once, if nobody asks for more.
pub const MAILS_LISTED: usize = 200;
/// Most mails that are listed at once.
pub const MAILS_LISTED_MAX: usize = 2_000;
/// Longest subject of a mail, in characters, before its gaps are filled in.
pub const MAIL_SUBJECT_CHARS_MAX: usize = 150;
/// Longest text of a mail, in characters, before its gaps are filled in.
pub const MAIL_BODY_CHARS_MAX: usize = 4_000;
/// Most sponsors an exchange.
pub const SPONSORS_MAX: usize = 12;
/// Most points of another evening's course.
pub const COURSE_POINTS_MAX: usize = 120;
/// Longest that the public count may stand still before the end, in minutes.
pub const SUSPENSE_MINUTES_MAX: u32 = 60;
/// Latest that a late deal may count by itself after the closing bell, in minutes.
pub const LATE_MINUTES_MAX: u32 = 60;
/// Bells ring this long after they are asked for, in milliseconds, so that every screen strikes together.
pub const RING_AHEAD_MS: i64 = 400;
/// Longest after a bell, a round's start or end or the result that it can be taken back, in milliseconds.
pub const UNDO_MS_MAX: i64 = 10 * 60 * 1_000;
/// Most steps of bells and rounds that are kept to be taken back.
pub const STEPS_MAX: usize = 6;
/// A bell, floor or round command older than this is refused, in milliseconds: a stale desk never rings twice.
pub const DESK_COMMAND_AGE_MS_MAX: i64 = 5_000;
/// A tablet's estimate of the server's clock may run ahead by this much, in milliseconds.
pub const CLOCK_AHEAD_MS_MAX: i64 = 2_000;
/// Shortest name of an exchange in addresses, in characters.
pub const SLUG_CHARS_MIN: usize = 2;
/// Longest name of an exchange in addresses, in characters.
pub const SLUG_CHARS_MAX: usize = 40;
/// Longest name of a device, in characters.
pub const DEVICE_NAME_CHARS_MAX: usize = 40;
/// Shortest passphrase of an operator or an organiser, in characters.
pub const PASSPHRASE_CHARS_MIN: usize = 12;
/// Longest passphrase of an operator or an organiser, in characters.
pub const PASSPHRASE_CHARS_MAX: usize = 200;
/// Most organisers' accounts on a server.
pub const ACCOUNTS_MAX: u32 = 5_000;
/// Sessions of one account at a time: of more the one that was used longest ago ends.
pub const ACCOUNT_SESSIONS_MAX: usize = 20;
/// How long an invitation can be used, in days.
pub const INVITATION_DAYS: i64 = 7;
/// How long a link to another passphrase can be used, in hours.
pub const NEW_PASSPHRASE_HOURS: i64 = 24;
/// How long a link can be used that somebody asked for who has forgotten the passphrase, in hours.
pub const FORGOTTEN_HOURS: i64 = 1;
/// Most passkeys of one account.
pub const PASSKEYS_MAX: u32 = 10;
/// Fewest letters of a participant's symbol.
pub const SYMBOL_CHARS_MIN: usize = 3;
/// Most letters of a participant's symbol.
pub const SYMBOL_CHARS_MAX: usize = 4;
/// Most strokes of a signature.
pub const SIGNATURE_STROKES_MAX: usize = 200;
/// Most points of a signature, over all strokes.
pub const SIGNATURE_POINTS_MAX: usize = 4_000;
/// Largest coordinate of a signature, in thousandths of the pad's width.
pub const SIGNATURE_COORDINATE_MAX: u16 = 1_000;
/// Most agreements in one PDF: a larger exchange asks for them by number.
pub const AGREEMENTS_PER_FILE_MAX: u32 = 500;
/// Largest spreadsheet that is read, in bytes.
pub const SPREADSHEET_BYTES_MAX: usize = 10 * 1_024 * 1_024;
/// Most addresses of other programs that are told what happens.
pub const WEBHOOKS_MAX: u32 = 10;
/// Longest address of another program, in characters.
pub const WEBHOOK_URL_CHARS_MAX: usize = 500;
/// Most tokens by which other programs read, those that hold.
pub const PROGRAM_TOKENS_MAX: u32 = 20;
/// Longest time that such a token can hold, in days, unless it holds until it is revoked.
pub const PROGRAM_TOKEN_DAYS_MAX: u32 = 1_000;
