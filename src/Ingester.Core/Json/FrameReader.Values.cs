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
        var text = Quoted("A text", out var escaped);
        if (text.IsEmpty)
            throw Fault("The text is empty");
        if (escaped)
            throw Fault("The text has an escape, where none may be");
        return Utf8.IsValid(text) ? text : throw Fault("The text is not UTF-8");
    }

    /// <summary>A text in valid UTF-8, possibly empty, with its escapes unchanged: in quotes it is valid JSON.</summary>
    public ReadOnlySpan<byte> Escaped()
    {
        var text = Quoted("A text", out _);
        return Utf8.IsValid(text) ? text : throw Fault("The text is not UTF-8");
    }

    /// <summary>A human-readable text, with its escapes unchanged.</summary>
    public ReadOnlySpan<byte> Words() => Quoted("A text", out _);

    /// <summary>A decimal number in quotes, <c>-?digits(.digits)?(e±digits)?</c>: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> Digits()
    {
        Take((byte)'"', "A decimal number in quotes");
        var start = at;
        if (at < frame.Length && frame[at] == '-')
            at++;
        Figures();
        FractionAndExponent();
        var digits = frame[start..at];
        if (at >= frame.Length || frame[at] != '"')
            throw Expected("A decimal number");
        at++;
        return digits;
    }

    /// <summary>A JSON number: its digits, unchanged.</summary>
    public ReadOnlySpan<byte> Number()
    {
        Blank();
        var start = at;
        if (at < frame.Length && frame[at] == '-')
            at++;
        if (at < frame.Length && frame[at] == '0')
            at++;
        else
            Figures();
        FractionAndExponent();
        return frame[start..at];
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
            Literal("true"u8);
            return true;
        }

        if (!IsNext('f'))
            throw Expected("True or false");
        Literal("false"u8);
        return false;
    }

    /// <summary>Reads a time in milliseconds since 1970 UTC and returns it in microseconds.</summary>
    public long Millis()
    {
        var millis = Integer();
        return millis is >= 0 and <= Micros.Max / 1_000 ? millis * 1_000 : throw Fault("The time is not between 1970 and 9999");
    }

    /// <summary>
    /// Reads a time such as <c>2021-04-17T16:43:30.244075Z</c> and returns it in microseconds since 1970; further digits are truncated.
    /// </summary>
    public long Time() => UtcTime.TryRead(Text(), out var micros)
        ? micros
        : throw Fault("The text is no UTC time like 2021-04-17T16:43:30.244075Z between 1970 and 9999");

    /// <summary>
    /// Levels as <c>[["price","size"],…]</c>: the frame's own bytes when they are canonical. Other spellings (white space, exponents, further
    /// elements within a level) are rewritten into <paramref name="scratch"/>.
    /// </summary>
    public ReadOnlySpan<byte> Levels(LevelWriter scratch)
    {
        Blank();
        var end = LevelScan.End(frame, at);
        if (end < 0)
            return scratch[WriteLevels(scratch)];
        var levels = frame[at..end];
        at = end;
        return levels;
    }

    private Slice WriteLevels(LevelWriter scratch)
    {
        scratch.Open();
        Array();
        while (Element())
        {
            Array();
            if (!Element())
                throw Fault("The level has no price");
            var price = Digits();
            if (!Element())
                throw Fault("The level has no size");
            scratch.Add(price, Digits());
            while (Element())
                Skip();
        }

        return scratch.Close();
    }

    private ReadOnlySpan<byte> Quoted(string what, out bool escaped)
    {
        Take((byte)'"', what);
        var start = at;
        escaped = false;
        while (true)
        {
            var stop = frame[at..].IndexOfAny(TextStops);
            at = stop < 0 ? frame.Length : at + stop;
            if (at == frame.Length)
                throw Fault("The frame ends inside a text");
            if (frame[at] == '"')
                return frame[start..at++];
            if (frame[at] != '\\')
                throw Fault("A text holds a control character");
            escaped = true;
            Escape();
        }
    }

    private void Escape()
    {
        var rest = frame[(at + 1)..];
        if (rest is [(byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..])
            at += 2;
        else if (rest is [(byte)'u', _, _, _, _, ..] && IsHex(rest[1..5]))
            at += 6;
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

    private void Figures()
    {
        var start = at;
        while (at < frame.Length && frame[at] is >= (byte)'0' and <= (byte)'9')
            at++;
        if (at == start)
            throw Expected("A digit");
    }

    private void FractionAndExponent()
    {
        if (at < frame.Length && frame[at] == '.')
        {
            at++;
            Figures();
        }

        if (at >= frame.Length || frame[at] is not ((byte)'e' or (byte)'E'))
            return;
        at++;
        if (at < frame.Length && frame[at] is (byte)'+' or (byte)'-')
            at++;
        Figures();
    }
}
