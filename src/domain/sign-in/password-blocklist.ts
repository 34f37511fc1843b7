/**
 * What people choose when a password has to be long: words and phrases that lists of leaked passwords are full of, and
 * their Japanese counterparts in romaji and kana. All in lower case without spaces and punctuation; a password is
 * compared after the same folding, digits and signs that stand for letters (`p@ssw0rd`) included. Nothing under five
 * Latin letters or two of other scripts, and no everyday vocabulary, so that honest phrases keep their words.
 */
const ENGLISH = `
  password passwords passcode passphrase passwd passw0rd mypassword yourpassword thepassword newpassword oldpassword
  changeme changethis changepassword letmein letmeinnow opensesame opendoor welcome welcomeback welcomehome admin
  administrator adminadmin superuser superman supervisor masterkey mastermind login signin username accountname secret
  secrets mysecret topsecret microsoft google facebook instagram twitter youtube amazon iphone android samsung
  nintendo pokemon playstation starwars batman spiderman ironman avengers hogwarts harrypotter gandalf monkey dragon
  tiger hellokitty football baseball basketball soccer softball volleyball liverpool arsenal chelsea barcelona
  manchester juventus realmadrid yankees lakers cowboys steelers packers sunshine princess babygirl babyboy lovely
  loveyou iloveyou iloveyousomuch ilovemyfamily iloveyouforever loveme lovelove sweetheart bestfriend jesus
  jesuschrist jesusislord godislove godisgood blessed shadow killer ninja samurai buster matrix trustno1 trustnoone
  hacker maverick mustang corvette ferrari porsche mercedes harley yamaha honda toyota nissan suzuki michael jennifer
  jessica jordan ashley charlie michelle amanda samantha qwerty qwertz azerty qazwsx qazwsxedc zaqwsx testing testtest
  tester test1234 testuser testpassword example temporary temppassword temp1234 abcd1234 a1b2c3d4 aa123456
  correcthorsebatterystaple thequickbrownfoxjumpsoverthelazydog thequickbrownfox quickbrownfox jumpsoverthelazydog
  maytheforcebewithyou tobeornottobe tobeornottobethatisthequestion nevergonnagiveyouup allyourbasearebelongtous
  loremipsum loremipsumdolorsitamet supercalifragilisticexpialidocious onceuponatime happybirthday happybirthdaytoyou
  merrychristmas happynewyear goodmorning goodnight goodafternoon helloworld hellohello howareyou nicetomeetyou
  thankyou thankyouverymuch youaremysunshine twinkletwinklelittlestar letitgo letitbe hakunamatata carpediem
  inthebeginning inthebeginningwastheword thisismypassword thisisapassword thisisasecret thisisatest itsasecret
  donttellanyone idontknow ihatepasswords iforgot iforgotmypassword rememberme forgetmenot nopassword onetwothree
  onetwothreefour onetwothreefourfive threefour fivesix seveneight kindergarten nursery nurseryschool preschool
  daycare teacher teachers mondaytuesday mondaytuesdaywednesday januaryfebruary januaryfebruarymarch redorangeyellow
  orangeyellowgreen
`;

const JAPANESE_ROMAJI = `
  pasuwado pasuwaado pasuwa-do himitsu himitu aikotoba angou kanrisha kanrisya nihon nippon fujisan sakura sakurasaku
  himawari tanpopo tampopo sumire chuurippu hoikuen hoiku hoikushi youchien yochien kodomoen kodomotachi encho enchou
  enchousensei sensei sensee tannin shunin jimushitsu kyuushoku kyushoku eiyoushi aiueo aiueokakikukeko kakikukeko
  sashisuseso tachitsuteto naninuneno hahifuheho mamimumemo yayuyo rarirurero irohanihoheto irohanihohetochirinuruwo
  ohayou ohayougozaimasu ohayogozaimasu konnichiwa konnichiha konbanwa oyasumi oyasuminasai arigatou arigato
  arigatougozaimasu arigatogozaimasu sayonara sayounara itadakimasu gochisousama gochisousamadeshita okaeri
  okaerinasai itterasshai ittekimasu tadaima yoroshiku yoroshikuonegaishimasu onegaishimasu otsukaresama
  otsukaresamadesu sumimasen gomennasai ganbare ganbaru ganbarou ganbarimasu daisuki daisukidesu aishiteru aisiteru
  doraemon nobita anpanman pikachu pikachuu totoro tonarinototoro sazaesan shinchan kureyonshinchan onepiece naruto
  dragonball dragonballz evangelion gundam doubutsunomori kimetsunoyaiba tanjirou nezuko meitanteikonan precure
  purikyua kamenraida kamenrider ultraman urutoraman shinkansen suzuki tarou hanako yamadatarou yamadahanako momotarou
  urashimatarou mukashimukashi mukashimukashiarutokoroni saitasaita saitasaitachuurippunohanaga kagomekagome inunekko
  nekoneko inuneko pandapanda kumasan ousama ohimesama ichinisanshi ichinisan natsuyasumi fuyuyasumi haruyasumi
`;

const JAPANESE = `
  ぱすわーど あいことば ひみつ 秘密 合言葉 暗証番号 管理者 保育園 保育所 保育士 幼稚園 こども園 認定こども園 こども
  園長 園長先生 先生 主任 担任 事務 給食 さくら ひまわり たんぽぽ すみれ ちゅーりっぷ ひよこ 日本 富士山 おはよう
  おはようございます こんにちは こんばんは おやすみなさい ありがとう ありがとうございます さようなら いただきます
  ごちそうさま ごちそうさまでした よろしくおねがいします よろしくお願いします お願いします おつかれさまです
  お疲れ様です お疲れさまです いってきます ただいま おかえりなさい すみません ごめんなさい がんばろう 頑張ろう
  だいすき 大好き 愛してる むかしむかしあるところに 昔々あるところに さいたさいたちゅーりっぷのはなが どらえもん
  あんぱんまん ぴかちゅう となりのととろ ももたろう 桃太郎 山田太郎 山田花子
`;

/** The words and phrases, longest first. */
export const COMMON_PHRASES: readonly string[] = [ENGLISH, JAPANESE_ROMAJI, JAPANESE]
  .flatMap((list) => list.split(/\s+/))
  .filter((word) => word !== '')
  .sort((a, b) => b.length - a.length);

/** Lines along which fingers and minds wander; any four in a row, either way, are one guess. */
export const WALKS: readonly string[] = [
  // Rows of US and Japanese keyboards, plain and with shift.
  '`1234567890-=',
  '1234567890-^\\',
  '~!@#$%^&*()_+',
  '!"#$%&\'()=~|',
  'qwertyuiop[]',
  'qwertyuiop@[',
  'asdfghjkl;:]',
  "asdfghjkl;'",
  'zxcvbnm,./',
  'qwertzuiop',
  'azertyuiop',
  // Columns.
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'a1s2d3f4g5h6j7k8l9',
  '1a2b3c4d5e6f7g8h9i',
  'a1b2c3d4e5f6g7h8i9',
  'qawsedrftgyhujikolp',
  '1!2@3#4$5%6^7&8*9(0)',
  // The number pad.
  '7894561230',
  '1472583690',
  '3692581470',
  '1593577531',
  // Alphabets and counting.
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  '0102030405060708091011121314151617181920',
  '1020304050607080901000',
  '112233445566778899001122',
  'aabbccddeeffgghhiijjkkllmmnnooppqqrrssttuuvvwwxxyyzz',
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん',
  'いろはにほへとちりぬるをわかよたれそつねならむ',
  'たていすかんなにらせ',
  'ちとしはきくまのりれ',
  '一二三四五六七八九十',
  'いちにさんしごろくしちはちきゅうじゅう',
  // First digits of well-known numbers.
  '31415926535897932384626433832795',
  '27182818284590452353602874713526',
  '141421356237309504880168872420969',
];
