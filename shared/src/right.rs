//! Who may do what: every right, and the roles that have it. Commands, routes and screens ask for a right, never for a role, and
//! this table is the only place where a right is given. Each row names its roles one by one, so a role that is added has no right
//! until a row names it. What is `[private]` is not used over plain http, where everybody on the network reads it.

use crate::command::Command;
use crate::deal::Deal;
use crate::ids::DeviceId;
use crate::role::Role;

/// Writes the rights, the list of them, their roles and whether they are private from one table.
macro_rules! rights {
    ($($(#[$doc:meta])+ $([$private:ident])? $right:ident: $($role:ident)+;)+) => {
        /// Something that a role may do or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right {
            $($(#[$doc])+ $right,)+
        }

        impl Right {
            /// Every right, as the table has them.
            pub const ALL: &'static [Right] = &[$(Right::$right),+];

            /// The roles that have it.
            pub const fn roles(self) -> &'static [Role] {
                match self {
                    $(Right::$right => &[$(Role::$role),+],)+
                }
            }

            /// Whether what it opens is nobody's to read on the way: it is used from the server's own machine and over https, but
            /// over plain http from elsewhere only if the operator wants it so.
            pub const fn needs_private_channel(self) -> bool {
                match self {
                    $(Right::$right => !stringify!($($private)?).is_empty(),)+
                }
            }
        }
    };
}

rights! {
    /// Sees the staff's board: deals that wait, and those that are kept from the public.
    SeeStaffBoard: Broker Notary Moderator Organiser Clock;
    /// Sets the exchange and its programme up.
    Configure: Organiser;
    /// Takes the exchange back to nought.
    BeginAnew: Organiser;
    /// Registers a participant.
    RegisterWalkIn: Broker Notary Moderator Organiser Door;
    /// Changes participants, and writes their offers and wishes.
    Register: Broker Notary Moderator Organiser;
    /// Notes who has come, and reads who has.
    CheckIn: Moderator Organiser Door;
    /// Makes one of two participants who are one, and takes out one that no deal names.
    TidyRegister: Moderator Organiser;
    /// Writes deals, and changes those that the device itself wrote.
    WriteDeal: Broker Notary Moderator Organiser;
    /// Brings deals that another device wrote, out of the outbox that it saved as a file.
    BringDeals: Organiser;
    /// Changes deals that another device wrote.
    ChangeAnyDeal: Notary Moderator Organiser;
    /// Changes what the hammer fell on without another blow.
    ChangeHammeredDeal: Notary Moderator Organiser;
    /// Puts a deal back that was taken off every screen.
    ReinstateRemovedDeal: Notary Moderator Organiser;
    /// Hammers written deals through, sends them back, and takes a blow back.
    Hammer: Notary Moderator Organiser;
    /// Rings bells; runs floor, rounds, scenes and announcements; decides on late deals; reveals what was frozen.
    [private] RunFloor: Moderator Organiser;
    /// Does what the exchange's clock does by itself too, if the settings say so: ends and starts rounds, freezes the totals, closes
    /// the floor.
    KeepTime: Moderator Organiser Clock;
    /// Notes that the server slept.
    NoteSleep: Clock;

    /// Reads how to reach participants.
    [private] ReadContacts: Broker Notary Moderator Organiser;
    /// Writes how to reach a participant.
    [private] WriteContact: Broker Notary Moderator Organiser;
    /// Writes how to reach a participant of whom nothing is known yet, and asks how telephone numbers are read.
    [private] WriteFirstContact: Broker Notary Moderator Organiser Door;
    /// Brings participants, contacts and listings in from a spreadsheet.
    [private] ImportRoster: Organiser;
    /// Has participants, contacts and listings as a spreadsheet.
    [private] ExportRoster: Organiser;
    /// Reads what participants sent who registered themselves.
    [private] ReadRegistrations: Organiser;
    /// Says yes or no to it, and sets their form.
    [private] JudgeRegistrations: Organiser;
    /// Reads what became of deals, with how to reach their parties.
    [private] ReadFollowUps: Organiser;
    /// Notes what became of deals and what was said in calls, and makes and revokes the parties' links.
    [private] WriteFollowUps: Organiser;
    /// Reads the mails that go, went or wait.
    [private] ReadMails: Organiser;
    /// Lets mails go or keeps them from going, and says what stands in them.
    [private] ManageMails: Organiser;
    /// Reads what is kept of persons, has one person's as a file, and erases somebody.
    [private] HandlePersonalData: Organiser;
    /// Reads who has signed a deal.
    [private] ReadSignatures: Broker Notary Moderator Organiser;
    /// Takes a signature, of a deal that the device may change.
    [private] Sign: Broker Notary Moderator Organiser;
    /// Wipes a signature, of a deal that the device may change.
    [private] WipeSignature: Broker Notary Moderator Organiser;
    /// Photographs the parties of a deal that the device may change, notes who agreed to have it shown, and sees which photos there are.
    [private] PhotographDeals: Broker Notary Moderator Organiser;
    /// Prints a deal's agreement.
    [private] PrintDeal: Broker Notary Moderator Organiser;
    /// Prints all agreements.
    [private] PrintAll: Moderator Organiser;
    /// Prints what lies in the hall: the catalogue, table signs, blank agreements.
    PrintHandouts: Moderator Organiser;
    /// Prints badges.
    PrintBadges: Moderator Organiser;
    /// Prints the badge of one participant, who has just come.
    PrintBadge: Moderator Organiser Door;
    /// Makes and revokes links to the agreement, of a deal that the device may change.
    [private] ShareLink: Broker Notary Moderator Organiser;

    /// Is what a pairing code makes of a tablet. An organiser's session is worth nothing but on the server's own machine.
    BePaired: Broker Notary Moderator Door;
    /// Makes, lists and withdraws pairing codes.
    PairDevice: Organiser;
    /// Gives its own device another name.
    NameOwnDevice: Broker Notary Moderator Organiser;
    /// Lists, renames and revokes devices.
    ManageDevices: Moderator Organiser;
    /// Renames and revokes an organiser's devices.
    ManageOrganisersDevices: Organiser;
    /// Shows the addresses of the desks' screens as QR codes.
    ShowDeskAddresses: Broker Notary Moderator Organiser;
    /// Asks something of a connected screen.
    NudgeScreen: Moderator Organiser;
    /// Reads who did what, and when.
    ReadAudit: Moderator Organiser;
    /// Reads what concerns safety: who came in, read contacts, printed, signed.
    ReadSecurity: Organiser;
    /// Reads what an exchange was before it went back to nought.
    ReadArchives: Moderator Organiser;
    /// Reads what an evening came to: its figures, and what nobody has met yet.
    ReadReport: Moderator Organiser Reporter;
    /// Reads what is left to do the morning after.
    ReadErrands: Moderator Organiser;
    /// Reads the public's board in one answer, as programs do.
    ReadPublicBoard: Organiser Program Reporter;
    /// Says which other programs are told what happens, and which may read.
    [private] ManagePrograms: Organiser;
    /// Asks whether the server is ready.
    CheckServer: Moderator Organiser;
    /// Hangs the exchange's pictures, and takes them down.
    HangPictures: Organiser;
}

impl Role {
    /// Whether it has a right.
    pub fn has(self, right: Right) -> bool {
        right.roles().contains(&self)
    }

    /// Whether its session itself needs a private channel, whatever is asked with it: who reads it on the way could run the floor.
    pub fn needs_private_channel(self) -> bool {
        self.has(Right::RunFloor)
    }
}

impl Command {
    /// Whether it is about what the hall does in an evening, and not about what the organiser made for it: after the exchange went
    /// back to nought nobody wants it any more.
    pub fn is_of_the_evening(&self) -> bool {
        !matches!(
            self.right(),
            Right::Configure
                | Right::BeginAnew
                | Right::RegisterWalkIn
                | Right::Register
                | Right::TidyRegister
        )
    }

    /// The right that asking it takes. What more it takes of a single deal, [`decide`](crate::decide::decide) says.
    pub const fn right(&self) -> Right {
        match self {
            Command::Configure { .. } | Command::SetProgramme { .. } => Right::Configure,
            Command::BeginAnew { .. } => Right::BeginAnew,
            Command::RegisterParticipant { .. } => Right::RegisterWalkIn,
            Command::MarkArrived { .. } | Command::TakeBackArrival { .. } => Right::CheckIn,
            Command::AmendParticipant { .. }
            | Command::AddListing { .. }
            | Command::AmendListing { .. }
            | Command::RemoveListing { .. } => Right::Register,
            Command::MergeParticipants { .. } | Command::RemoveParticipant { .. } => Right::TidyRegister,
            Command::PostDeal { .. }
            | Command::AmendDeal { .. }
            | Command::WithdrawDeal { .. }
            | Command::ReinstateDeal { .. } => Right::WriteDeal,
            Command::RatifyDeal { .. } | Command::SendBackDeal { .. } | Command::RecallDeal { .. } => {
                Right::Hammer
            }
            Command::CloseFloor { .. }
            | Command::FreezeTotals
            | Command::StartRound { .. }
            | Command::ResumeRound { .. }
            | Command::EndRound { .. } => Right::KeepTime,
            Command::OpenFloor { .. }
            | Command::RingBell { .. }
            | Command::PauseRound { .. }
            | Command::AdjustRound { .. }
            | Command::RemoveDeal { .. }
            | Command::AdmitDeal { .. }
            | Command::DeclineDeal { .. }
            | Command::RevealDeals { .. }
            | Command::Announce { .. }
            | Command::EndAnnouncement { .. }
            | Command::SetScene { .. }
            | Command::SpotlightDeal { .. }
            | Command::ShortlistDeal { .. }
            | Command::AwardPrize { .. }
            | Command::TakePrizeBack { .. }
            | Command::TakeBack { .. }
            | Command::AddRound { .. }
            | Command::SetBreak { .. }
            | Command::AnswerSleep { .. }
            | Command::AnnounceResult => Right::RunFloor,
            Command::NoteSleep { .. } => Right::NoteSleep,
        }
    }
}

/// Whether a device may change a deal, and with it the signatures under it and the links to it: the one that wrote it may, and
/// whoever may change any.
pub fn may_change(deal: &Deal, role: Role, device: DeviceId) -> bool {
    role.has(Right::ChangeAnyDeal) || role.has(Right::WriteDeal) && deal.broker.device == device
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Audience;

    /// `Role::Trial` is a role that somebody has added and given nothing yet.
    #[test]
    fn a_role_that_is_added_has_no_right() {
        let given: Vec<_> = Right::ALL
            .iter()
            .filter(|right| Role::Trial.has(**right))
            .collect();
        assert!(given.is_empty(), "{given:?}");
        assert_eq!(Audience::of_role(Role::Trial), Audience::Public);
    }

    #[test]
    fn a_broker_over_plain_http_posts_deals_and_reaches_nobody() {
        let open = |right: &&Right| Role::Broker.has(**right) && !right.needs_private_channel();
        let open: Vec<_> = Right::ALL.iter().filter(open).collect();
        assert!(open.contains(&&Right::WriteDeal) && open.contains(&&Right::SeeStaffBoard));
        for right in [
            Right::ReadContacts,
            Right::WriteContact,
            Right::WriteFirstContact,
            Right::Sign,
            Right::ReadSignatures,
            Right::ShareLink,
            Right::PrintDeal,
            Right::PhotographDeals,
        ] {
            assert!(!open.contains(&&right), "{right:?}");
        }
        let private = Role::OF_DEVICES.map(|role| (role, role.needs_private_channel()));
        for (role, is_private) in private {
            assert_eq!(
                is_private,
                matches!(role, Role::Moderator | Role::Organiser),
                "{role:?}"
            );
        }
    }

    #[test]
    fn who_only_looks_has_no_right() {
        assert!(!Right::ALL.iter().any(|right| Role::Viewer.has(*right)));
    }

    /// Who stands at the entrance sees no deal that waits, and reaches nobody.
    #[test]
    fn the_door_registers_and_checks_in_and_changes_nobody() {
        let has: Vec<_> = Right::ALL
            .iter()
            .filter(|right| Role::Door.has(**right))
            .collect();
        let of_a_walk_in = [&Right::RegisterWalkIn, &Right::CheckIn, &Right::WriteFirstContact];
        assert_eq!(has[..3], of_a_walk_in);
        assert_eq!(has[3..], [&Right::PrintBadge, &Right::BePaired]);
        assert_eq!(Audience::of_role(Role::Door), Audience::Public);
    }

    /// Another program reads, and does nothing else.
    #[test]
    fn a_program_reads_the_public_board_and_the_report_if_it_may() {
        let has = |role: Role| -> Vec<_> { Right::ALL.iter().filter(|right| role.has(**right)).collect() };
        assert_eq!(has(Role::Program), [&Right::ReadPublicBoard]);
        assert_eq!(has(Role::Reporter), [&Right::ReadReport, &Right::ReadPublicBoard]);
        for role in [Role::Program, Role::Reporter] {
            assert_eq!(Audience::of_role(role), Audience::Public);
            assert!(!Role::OF_DEVICES.contains(&role));
        }
    }

    #[test]
    fn an_organiser_may_what_any_device_may() {
        for right in Right::ALL.iter().filter(|right| **right != Right::BePaired) {
            let of_a_device = Role::OF_DEVICES.iter().any(|role| role.has(*right));
            assert_eq!(Role::Organiser.has(*right), of_a_device, "{right:?}");
        }
    }
}
