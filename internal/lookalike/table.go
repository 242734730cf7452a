package lookalike

// plainLooks are the letters that domain names may have and that look like plain letters or digits, each behind what it
// looks like. Written by tools/confusables from the data of UTS 39; © Unicode, Inc., used under the Unicode terms of use
// (www.unicode.org/terms_of_use.html).
const plainLooks = "2 \u14bf\n" +
	"3 \U000118ca\U00016f3b\n" +
	"4 \u13ce\n" +
	"6 \u0431\u13ee\U000118d5\n" +
	"7 \U000118c6\n" +
	"8 \u0223\u09ea\u0a6a\U0001031a\n" +
	"9 \u09ed\u0a67\u0b68\u0d6d\U000118cc\U000118d6\n" +
	"a \u0251\u03b1\u0430\n" +
	"aa \ua733\n" +
	"ae \u04d5\n" +
	"ao \ua735\n" +
	"au \ua737\n" +
	"av \ua739\ua73b\n" +
	"ay \ua73d\n" +
	"b \u13cf\u1472\u15af\n" +
	"c \u0441\u1d04\u2ca5\U0001043d\n" +
	"d \u0501\u13e7\u146f\ua4d2\n" +
	"dz \u02a3\n" +
	"e \u0435\u04bd\uab32\n" +
	"f \u0584\u1e9d\ua799\uab35\n" +
	"g \u018d\u0261\u0581\u1d83\n" +
	"h \u04bb\u0570\u13c2\n" +
	"i \u0131\u0269\u026a\u03b9\u0456\u04cf\u13a5\ua647\U000118c3\n" +
	"j \u03f3\u0458\n" +
	"l \u01c0\u05d5\u05df\u0627\u06f1\u07ca\u16c1\u2d4f\ua4f2\U0001028a\U00010309\U00016f28\n" +
	"ll \u01c1\u05f0\n" +
	"ls \u02aa\n" +
	"lz \u02ab\n" +
	"n \u0578\u057c\n" +
	"o \u03bf\u03c3\u043e\u0585\u05e1\u0647\u06be\u06c1\u06d5\u06f5\u07c0\u0966\u09e6\u0a66\u0ae6\u0b20\u0b66\u0be6\u0c66\u0ce6\u0d20\u0d66\u0e50\u0ed0\u101d\u1040\u10ff\u12d0\u1d0f\u1d11\u2c9f\u2d54\ua4f3\uab3d\U00010292\U000102ab\U0001042c\U000104ea\U00010516\U000114d0\U000118c8\U000118d7\U000118e0\n" +
	"oe \u0153\n" +
	"oo \ua699\ua74f\n" +
	"p \u03c1\u0440\u2ca3\n" +
	"q \u051b\u0563\u0566\n" +
	"r \u0433\u1d26\u2c85\uab47\uab48\n" +
	"rn \U00011700\U000118e3\n" +
	"s \u01bd\u0455\ua731\U00010448\U000118c1\n" +
	"tf \ua777\n" +
	"ts \u02a6\n" +
	"u \u028b\u03c5\u057d\u1d1c\ua79f\uab4e\uab52\U000104f6\U000118d8\n" +
	"ue \u1d6b\n" +
	"uo \uab63\n" +
	"v \u03bd\u0475\u05d8\u1d20\U00011706\U000118c0\n" +
	"w \u026f\u0461\u051d\u0561\u1d21\U0001170a\U0001170e\U0001170f\n" +
	"x \u0445\u1541\u157d\n" +
	"y \u0263\u028f\u03b3\u0443\u04af\u10e7\u1d8c\u1eff\uab5a\U000118dc\n" +
	"z \u1d22\U000118c4\n"
