package look

// Sizes in dp, on a grid of 4.
const (
	Width         float32 = 440 // of the window when it opens
	Height        float32 = 640
	MinWidth      float32 = 360
	MinHeight     float32 = 240 // small enough for a screen of 1024 × 600 at 200 %; what does not fit scrolls
	ContentWidth  float32 = 340
	ControlHeight float32 = 44
	SmallHeight   float32 = 32 // of a control inside another, or in the bands
	Radius        float32 = 8
	Ring          float32 = 2 // the focus ring's stroke
	RingGap       float32 = 2 // between a filled control and its ring
	Grid          float32 = 4
)

// Type sizes.
const (
	Title   float32 = 24
	Control float32 = 16
	Body    float32 = 14
	Small   float32 = 12
	Code    float32 = 28 // a code to type or to read across the desk
	Number  float32 = 64 // a number to find on another device
)

// LineHeight is the distance of two lines as a multiple of the type size.
const LineHeight float32 = 1.4
