using System.Buffers.Text;
using System.Text.Unicode;
using Ingester.Core.Time;

namespace Ingester.Core.Json;

/// <content>Values: texts, numbers, times, levels.</content>
internal ref partial struct FrameReader
{
    /// <summary>A text that is a name: not empty, valid UTF-8, without escapes, so that equal names have equal bytes.</summary>
    public ReadOnlySpan<byte> Text()
    {
        var text = QuotedText("A text", out var escaped);
        if (text.IsEmpty)
            throw Fault("The text is empty");
        if (escaped)
            throw Fault("The text has an escape, where none may be");
        return Utf8.IsValid(text) ? text : throw Fault("The text is not UTF-8");
    }

    /// <summary>A text in valid UTF-8, possibly empty, with its escapes unchanged: in quotes it is valid JSON.</summary>
    public ReadOnlySpan<byte> EscapedText()
    {
        var text = QuotedText("A text", out _);
        return Utf8.IsValid(text) ? text : throw Fault("The text is not UTF-8");
    }

    /// <summary>A human-readable text, with its escapes unchanged.</summary>
    public ReadOnlySpan<byte> HumanText() => QuotedText("A text", out _);

    /// <summary>The human-readable text of one property of an object, whose other properties are skipped; empty without it.</summary>
    public ReadOnlySpan<byte> HumanTextOf(ReadOnlySpan<byte> property)
    {
        ReadOnlySpan<byte> text = default;
        Object();
        while (Property(out var name))
            if (name.SequenceEqual(property))
                text = HumanText();
            else
                Skip();
        return text;
    }

    /// <summary>A decimal number in quotes, <c>-?digits(.digits)?(e±digits)?</c>: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> QuotedDecimal()
    {
        Expect((byte)'"', "A decimal number in quotes");
        var start = position;
        if (position < frame.Length && frame[position] == '-')
            position++;
        SkipDigits();
        SkipFractionAndExponent();
        var digits = frame[start..position];
        if (position >= frame.Length || frame[position] != '"')
            throw Expected("A decimal number");
        position++;
        return digits;
    }

    /// <summary>A JSON number: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> Number()
    {
        SkipWhitespace();
        var start = position;
        if (position < frame.Length && frame[position] == '-')
            position++;
        if (position < frame.Length && frame[position] == '0')
            position++;
        else
            SkipDigits();
        SkipFractionAndExponent();
        return frame[start..position];
    }

    /// <summary>A whole number without a sign, a JSON number of any size: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> WholeNumber()
    {
        var digits = Number();
        return digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? throw Fault("The number has a sign, a fraction or an exponent") : digits;
    }

    /// <summary>A decimal number, in quotes or a JSON number: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> Decimal() => IsNext('"') ? QuotedDecimal() : Number();

    /// <summary>A decimal number in the form that the exchange promises: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> Decimal(JsonNumberForm form) => form switch
    {
        JsonNumberForm.QuotedDecimals => QuotedDecimal(),
        JsonNumberForm.Unquoted => Number(),
        _ => Decimal(),
    };

    /// <summary>A 64-bit id in the form that the exchange promises, and its digits unchanged.</summary>
    public long Id(JsonNumberForm form, out ReadOnlySpan<byte> digits) => form == JsonNumberForm.Any ? AnyInteger(out digits) : Integer(out digits);

    /// <summary>A 64-bit integer, in quotes or a JSON number, and its digits unchanged.</summary>
    public long AnyInteger(out ReadOnlySpan<byte> digits)
    {
        digits = Decimal();
        return Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length && value != long.MinValue
            ? value
            : throw Fault("The number is not whole or does not fit 64 bits");
    }

    /// <summary>
    /// Reads a time since 1970 UTC, in quotes or a JSON number, and returns it in microseconds; further digits are truncated. A fraction is read exactly.
    /// </summary>
    /// <param name="digitsToMicros">Decimal places between the unit and a microsecond: 6 for seconds, 3 for milliseconds, -3 for nanoseconds.</param>
    public long TimeAsMicros(int digitsToMicros)
    {
        var digits = Decimal();
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (!Utf8Parser.TryParse(whole, out long value, out var used) || used != whole.Length || digits[0] == '-' || fraction.IndexOfAny((byte)'e', (byte)'E') >= 0)
            throw Fault("The time is not a number of units since 1970");
        for (var place = 0; place < digitsToMicros; place++)
        {
            if (value > Micros.Max)
                break;
            value = value * 10 + (place < fraction.Length ? fraction[place] - '0' : 0);
        }

        for (var place = digitsToMicros; place < 0; place++)
            value /= 10;
        return value <= Micros.Max ? value : throw Fault("The time is not between 1970 and 9999");
    }

    /// <summary>A 64-bit integer.</summary>
    public long Integer() => Integer(out _);

    /// <summary>A 64-bit integer, and its digits unchanged. The smallest value is rejected because no id precedes it.</summary>
    public long Integer(out ReadOnlySpan<byte> digits)
    {
        digits = Number();
        return Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length && value != long.MinValue
            ? value
            : throw Fault("The number is not whole or does not fit 64 bits");
    }

    /// <summary>True or false.</summary>
    public bool Flag()
    {
        if (IsNext('t'))
        {
            ExpectLiteral("true"u8);
            return true;
        }

        if (!IsNext('f'))
            throw Expected("True or false");
        ExpectLiteral("false"u8);
        return false;
    }

    /// <summary>Reads a time in milliseconds since 1970 UTC and returns it in microseconds.</summary>
    public long MillisAsMicros()
    {
        var millis = Integer();
        return millis is >= 0 and <= Micros.Max / 1_000 ? millis * 1_000 : throw Fault("The time is not between 1970 and 9999");
    }

    /// <summary>
    /// Reads a time such as <c>2021-04-17T16:43:30.244075Z</c> and returns it in microseconds since 1970; further digits are truncated.
    /// </summary>
    public long UtcTimeAsMicros() => UtcTime.TryParse(Text(), out var micros)
        ? micros
        : throw Fault("The text is no UTC time like 2021-04-17T16:43:30.244075Z between 1970 and 9999");

    /// <summary>
    /// Levels as <c>[["price","size"],…]</c>: the frame's own bytes when they are canonical. Other spellings (white space, exponents, further
    /// elements within a level) are rewritten into <paramref name="scratch"/>.
    /// </summary>
    public ReadOnlySpan<byte> Levels(LevelWriter scratch)
    {
        SkipWhitespace();
        var end = LevelScan.FindEnd(frame, position);
        if (end < 0)
            return scratch[WriteLevels(scratch)];
        var levels = frame[position..end];
        position = end;
        return levels;
    }

    private Slice WriteLevels(LevelWriter scratch)
    {
        scratch.BeginArray();
        Array();
        while (Element())
        {
            Array();
            if (!Element())
                throw Fault("The level has no price");
            var price = QuotedDecimal();
            if (!Element())
                throw Fault("The level has no size");
            scratch.Add(price, QuotedDecimal());
            while (Element())
                Skip();
        }

        return scratch.EndArray();
    }

    private ReadOnlySpan<byte> QuotedText(string what, out bool escaped)
    {
        Expect((byte)'"', what);
        var start = position;
        escaped = false;
        while (true)
        {
            var stop = frame[position..].IndexOfAny(TextStops);
            position = stop < 0 ? frame.Length : position + stop;
            if (position == frame.Length)
                throw Fault("The frame ends inside a text");
            if (frame[position] == '"')
                return frame[start..position++];
            if (frame[position] != '\\')
                throw Fault("A text holds a control character");
            escaped = true;
            SkipEscape();
        }
    }

    private void SkipEscape()
    {
        var rest = frame[(position + 1)..];
        if (rest is [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..])
            position += 2;
        else if (rest is [(byte)'u', _, _, _, _, ..] && IsHex(rest[1..5]))
            position += 6;
        else
            throw Fault("A text holds an unknown escape");
    }

    private static bool IsHex(ReadOnlySpan<byte> digits)
    {
        foreach (var digit in digits)
            if (!char.IsAsciiHexDigit((char)digit))
                return false;
        return true;
    }

    private void SkipDigits()
    {
        var start = position;
        while (position < frame.Length && frame[position] is >= (byte)'0' and <= (byte)'9')
            position++;
        if (position == start)
            throw Expected("A digit");
    }

    private void SkipFractionAndExponent()
    {
        if (position < frame.Length && frame[position] == '.')
        {
            position++;
            SkipDigits();
        }

        if (position >= frame.Length || frame[position] is not ((byte)'e' or (byte)'E'))
            return;
        position++;
        if (position < frame.Length && frame[position] is (byte)'+' or (byte)'-')
            position++;
        SkipDigits();
    }
}
