using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Ingester.Core.Json;

/// <summary>
/// Reads one JSON frame in a single forward pass without allocation; returned spans point into the frame. It accepts exactly the JSON of RFC 8259.
/// Input that does not match the called method throws a <see cref="JsonException"/> that states the error and its position. It is a value type: a copy looks
/// ahead and leaves the original unchanged.
/// </summary>
/// <remarks>
/// It does not use <see cref="Utf8JsonReader"/> because <see cref="LevelScan"/> checks and measures levels in one pass, and that reader cannot be
/// moved past bytes that other code has read. A test compares both readers.
/// </remarks>
internal ref partial struct FrameReader(ReadOnlySpan<byte> frame)
{
    /// <summary>Maximum nesting depth, as in <see cref="Utf8JsonReader"/>.</summary>
    private const int MaxDepth = 64;

    /// <summary>Bytes that end a run of plain characters in a text: the quote, an escape, a control character.</summary>
    private static readonly SearchValues<byte> TextStops =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> frame = frame;
    private ReadOnlySpan<byte> field;
    private int position;
    private bool isFirstItem;

    /// <summary>Enters an object; its properties follow.</summary>
    public void Object()
    {
        Expect((byte)'{', "An object");
        isFirstItem = true;
    }

    /// <summary>Moves to the value of the next property; returns false after the end of the object.</summary>
    public bool Property(out ReadOnlySpan<byte> name)
    {
        if (!MoveToNext((byte)'}'))
        {
            name = default;
            return false;
        }

        field = TryOneLetterName(out var letter) ? letter : QuotedText("A property name", out _);
        name = field;
        Expect((byte)':', "A colon");
        return true;
    }

    /// <summary>Reads a property name of one letter, as most names of the Binance family are. Consumes nothing when the name is different.</summary>
    private bool TryOneLetterName(out ReadOnlySpan<byte> letter)
    {
        letter = default;
        var place = position + 1;
        if ((uint)(place + 1) >= (uint)frame.Length || frame[place - 1] != '"' || frame[place + 1] != '"' || !char.IsAsciiLetter((char)frame[place]))
            return false;
        letter = frame.Slice(place, 1);
        position = place + 2;
        return true;
    }

    /// <summary>Enters an array; its elements follow.</summary>
    public void Array()
    {
        Expect((byte)'[', "An array");
        isFirstItem = true;
    }

    /// <summary>Moves to the next element; returns false after the end of the array.</summary>
    public bool Element() => MoveToNext((byte)']');

    /// <summary>True when the next value starts with this character.</summary>
    public bool IsNext(char first)
    {
        SkipWhitespace();
        return position < frame.Length && frame[position] == first;
    }

    /// <summary>Skips one value of any type.</summary>
    public void Skip() => Skip(depth: 0);

    /// <summary>Throws when anything but white space follows.</summary>
    public void ExpectEnd()
    {
        SkipWhitespace();
        if (position < frame.Length)
            throw Fault("The frame goes on after its end");
    }

    /// <summary>The text of a property of the next object, without moving; empty when the object has no such property.</summary>
    public readonly ReadOnlySpan<byte> Peek(ReadOnlySpan<byte> name)
    {
        var ahead = this;
        ahead.Object();
        while (ahead.Property(out var property))
            if (property.SequenceEqual(name))
                return ahead.Text();
            else
                ahead.Skip();
        return default;
    }

    /// <summary>Enters the next object and moves to the value of a property, past the ones before it; throws when the object has no such property.</summary>
    public void MoveTo(ReadOnlySpan<byte> name)
    {
        Object();
        while (Property(out var property))
        {
            if (property.SequenceEqual(name))
                return;
            Skip();
        }

        Require(false, name);
    }

    /// <summary>Skips the properties after the one that <see cref="MoveTo"/> found, and throws when anything but white space follows the object.</summary>
    public void MoveToEnd()
    {
        while (Property(out _))
            Skip();
        ExpectEnd();
    }

    /// <summary>Creates an exception with the error and its place: the byte and the last field that was read.</summary>
    public readonly JsonException Fault(string what) => new(field.IsEmpty
        ? $"{what} (byte {position})."
        : $"{what} (byte {position}, field '{Encoding.UTF8.GetString(field)}').");

    /// <summary>Throws when a required field was missing.</summary>
    public readonly void Require(bool present, string name)
    {
        if (!present)
            throw new JsonException($"The field '{name}' is missing (object before byte {position}).");
    }

    /// <summary>Throws when a required field was missing.</summary>
    public readonly void Require(bool present, ReadOnlySpan<byte> name)
    {
        if (!present)
            Require(present, Encoding.UTF8.GetString(name));
    }

    private void Skip(int depth)
    {
        if (depth > MaxDepth)
            throw Fault($"The frame nests deeper than {MaxDepth} levels");
        SkipWhitespace();
        var outer = field;
        switch (position < frame.Length ? frame[position] : (byte)0)
        {
            case (byte)'{':
                Object();
                while (Property(out _))
                    Skip(depth + 1);
                break;
            case (byte)'[':
                Array();
                while (Element())
                    Skip(depth + 1);
                break;
            case (byte)'"': QuotedText("A text", out _); break;
            case (byte)'t': ExpectLiteral("true"u8); break;
            case (byte)'f': ExpectLiteral("false"u8); break;
            case (byte)'n': ExpectLiteral("null"u8); break;
            default: Number(); break;
        }

        field = outer;
    }

    /// <summary>True when another property or element follows; false at the end of the object or array.</summary>
    private bool MoveToNext(byte close)
    {
        SkipWhitespace();
        if (position < frame.Length && frame[position] == close)
        {
            position++;
            isFirstItem = false;
            return false;
        }

        if (!isFirstItem)
            Expect((byte)',', close == '}' ? "A comma or the object's end" : "A comma or the array's end");
        isFirstItem = false;
        return true;
    }

    private void Expect(byte character, string what)
    {
        if ((uint)position >= (uint)frame.Length || frame[position] != character)
            ExpectAfterWhitespace(character, what);
        position++;
    }

    private void ExpectAfterWhitespace(byte character, string what)
    {
        SkipWhitespace();
        if (position >= frame.Length || frame[position] != character)
            throw Expected(what);
    }

    private void ExpectLiteral(ReadOnlySpan<byte> word)
    {
        if (!frame[position..].StartsWith(word))
            throw Expected("A value");
        position += word.Length;
    }

    private void SkipWhitespace()
    {
        if ((uint)position < (uint)frame.Length && frame[position] > (byte)' ')
            return; // fast path: exchanges send no white space
        while (position < frame.Length && frame[position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            position++;
    }

    private readonly JsonException Expected(string what) => Fault(position >= frame.Length
        ? $"{what} was expected, but the frame ends"
        : $"{what} was expected, not {(frame[position] is > 0x20 and < 0x7f ? $"'{(char)frame[position]}'" : $"0x{frame[position]:x2}")}");
}
