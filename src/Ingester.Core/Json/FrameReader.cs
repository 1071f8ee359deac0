using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Ingester.Core.Json;

/// <summary>
/// Reads one JSON frame forward in a single pass, without allocating: what it hands out points into the frame. It takes exactly the
/// JSON of RFC 8259, and whatever is not as asked for is a <see cref="JsonException"/> that says what and where. It is a value: a copy looks
/// ahead while the original stays.
/// </summary>
/// <remarks>
/// It is written by hand rather than over <see cref="Utf8JsonReader"/> because levels are checked and measured in one pass
/// (<see cref="LevelScan"/>), and that reader cannot be moved past bytes that somebody else has read. A test holds the two to each other.
/// </remarks>
internal ref partial struct FrameReader(ReadOnlySpan<byte> frame)
{
    /// <summary>How deep values may nest, as in <see cref="Utf8JsonReader"/>.</summary>
    private const int MaxDepth = 64;

    /// <summary>What ends a run of plain characters in a text: its end, an escape, a control character.</summary>
    private static readonly SearchValues<byte> TextStops =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> frame = frame;
    private ReadOnlySpan<byte> field;
    private int at;
    private bool opened;

    /// <summary>Enters an object; its properties follow.</summary>
    public void Object()
    {
        Take((byte)'{', "An object");
        opened = true;
    }

    /// <summary>Moves to the value of the next property; false at the object's end, which is then behind.</summary>
    public bool Property(out ReadOnlySpan<byte> name)
    {
        if (!Next((byte)'}'))
        {
            name = default;
            return false;
        }

        field = Letter(out var letter) ? letter : Quoted("A property name", out _);
        name = field;
        Take((byte)':', "A colon");
        return true;
    }

    /// <summary>A name of one plain letter, as most of the Binance family's are; where it is anything else, nothing is read.</summary>
    private bool Letter(out ReadOnlySpan<byte> letter)
    {
        letter = default;
        var place = at + 1;
        if ((uint)(place + 1) >= (uint)frame.Length || frame[place - 1] != '"' || frame[place + 1] != '"' || !char.IsAsciiLetter((char)frame[place]))
            return false;
        letter = frame.Slice(place, 1);
        at = place + 2;
        return true;
    }

    /// <summary>Enters an array; its elements follow.</summary>
    public void Array()
    {
        Take((byte)'[', "An array");
        opened = true;
    }

    /// <summary>Moves to the next element; false at the array's end, which is then behind.</summary>
    public bool Element() => Next((byte)']');

    /// <summary>True when the next value starts with this character.</summary>
    public bool IsNext(char first)
    {
        Blank();
        return at < frame.Length && frame[at] == first;
    }

    /// <summary>Passes over a value, whatever it is.</summary>
    public void Skip() => Skip(depth: 0);

    /// <summary>Nothing but white space may follow.</summary>
    public void End()
    {
        Blank();
        if (at < frame.Length)
            throw Fault("The frame goes on after its end");
    }

    /// <summary>The text of a property of the object that comes next, without moving; empty when it has no such property.</summary>
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

    /// <summary>What is wrong, with the place: the byte, and the field that was read last.</summary>
    public readonly JsonException Fault(string what) => new(field.IsEmpty
        ? $"{what} (byte {at})."
        : $"{what} (byte {at}, field '{Encoding.UTF8.GetString(field)}').");

    /// <summary>Insists that a field was there.</summary>
    public readonly void Require(bool present, string name)
    {
        if (!present)
            throw new JsonException($"The field '{name}' is missing (object before byte {at}).");
    }

    private void Skip(int depth)
    {
        if (depth > MaxDepth)
            throw Fault($"The frame nests deeper than {MaxDepth} levels");
        Blank();
        var outer = field;
        switch (at < frame.Length ? frame[at] : (byte)0)
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
            case (byte)'"': Quoted("A text", out _); break;
            case (byte)'t': Literal("true"u8); break;
            case (byte)'f': Literal("false"u8); break;
            case (byte)'n': Literal("null"u8); break;
            default: Number(); break;
        }

        field = outer;
    }

    /// <summary>True when another property or element follows, false when the object or array is at its end.</summary>
    private bool Next(byte close)
    {
        Blank();
        if (at < frame.Length && frame[at] == close)
        {
            at++;
            opened = false;
            return false;
        }

        if (!opened)
            Take((byte)',', close == '}' ? "A comma or the object's end" : "A comma or the array's end");
        opened = false;
        return true;
    }

    private void Take(byte character, string what)
    {
        if ((uint)at >= (uint)frame.Length || frame[at] != character)
            TakeBehindBlanks(character, what);
        at++;
    }

    private void TakeBehindBlanks(byte character, string what)
    {
        Blank();
        if (at >= frame.Length || frame[at] != character)
            throw Expected(what);
    }

    private void Literal(ReadOnlySpan<byte> word)
    {
        if (!frame[at..].StartsWith(word))
            throw Expected("A value");
        at += word.Length;
    }

    private void Blank()
    {
        if ((uint)at < (uint)frame.Length && frame[at] > (byte)' ')
            return; // nearly always: exchanges send no white space
        while (at < frame.Length && frame[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            at++;
    }

    private readonly JsonException Expected(string what) => Fault(at >= frame.Length
        ? $"{what} was expected, but the frame ends"
        : $"{what} was expected, not {(frame[at] is > 0x20 and < 0x7f ? $"'{(char)frame[at]}'" : $"0x{frame[at]:x2}")}");
}
