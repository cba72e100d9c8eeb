// The longest texts that the server takes: shared/src/limits.rs holds the numbers.
const NAME_CHARS = 80;
const PLACE_CHARS = 40;
const LISTING_CHARS = 160;
const SERVICE_CHARS = 200;
const ANNOUNCEMENT_CHARS = 140;

/** Of exactly so many characters, in words as long as Norwegian has them. */
function filled(text, chars) {
  return text.repeat(Math.ceil(chars / text.length)).slice(0, chars).replace(/ $/, 'n');
}

export const LONGEST = {
  names: [
    filled('Interesseorganisasjonen for frivillighetssentraler og nærmiljøutvikling i Drammensregionen ', NAME_CHARS),
    filled('Menneskerettighetsorganisasjonssamarbeidet og Fylkestrafikksikkerhetsutvalget ', NAME_CHARS),
  ],
  // A whole name, where brokers mostly write a first name.
  broker: 'Anne-Margrethe Bjørnstad Sørensen',
  place: filled('bord 14 ved vinduet mot elva i andre etasje ', PLACE_CHARS),
  listing: filled('Kurs i samtale med personer med demens for besøksverter, pårørende og frivillige ', LISTING_CHARS),
  service: filled(
    'Prosjektledelse og håndverkshjelp til ny tilgjengelighetstilpasset flytebrygge for padlegruppen, med materialer ',
    SERVICE_CHARS,
  ),
  returned: filled(
    'Padlekurs for femten ansatte over fire kvelder, med førstehjelpsopplæring, utstyr og bevertning etterpå ',
    SERVICE_CHARS,
  ),
  announcement: filled('Maten er servert i foajeen, og meglerne tar imot avtaler ved alle bordene ', ANNOUNCEMENT_CHARS),
  event: filled('Frivilligbørsen for hele Drammensregionen og omegnskommunene i Buskerud ', NAME_CHARS),
  venue: filled('Drammensbiblioteket og Union Scenes festsal ved Kunnskapsparken på Grønland ', NAME_CHARS),
  title: filled('Runde med nye bord, nye møter og nye muligheter for alle som ikke har handlet ', NAME_CHARS),
  category: filled('Kompetanseoverføring og kunnskapsformidling mellom næringsliv og frivillighet ', NAME_CHARS),
};
