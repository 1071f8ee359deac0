using System.Collections;
using System.Numerics;
using System.Text;
using Ingester.Core.Json;

namespace Ingester.Core.Decoding;

/// <summary>
/// A table of the fields of a message: name, meaning, and whether the field is required. It reads flat messages of an exchange, so that a decoder lists fields
/// instead of comparing names. Unlisted fields are skipped.
/// </summary>
/// <example><code>
/// private static readonly FieldMap Trade = new()
/// {
///     { "s", Field.Symbol }, { "i", Field.Id }, { "T", Field.Milliseconds }, { "p", Field.Price }, { "v", Field.Size }, { "S", Field.TakerSide },
/// };
/// </code></example>
/// <param name="levelFormat">How levels are written. Default: <see cref="LevelFormat.Arrays"/>.</param>
/// <param name="numbers">How ids, prices, sizes and levels are written. Default: <see cref="JsonNumberForm.Any"/>.</param>
internal sealed class FieldMap(LevelFormat? levelFormat = null, JsonNumberForm numbers = JsonNumberForm.Any) : IEnumerable<string>
{
    private const int MaxFields = 32;

    private readonly LevelFormat levelFormat = levelFormat ?? LevelFormat.Arrays;
    private readonly List<(byte[] Name, Field Field)> fields = [];
    private uint required;

    /// <summary>Adds a field that every message must have.</summary>
    public void Add(string name, Field field)
    {
        required |= 1u << fields.Count;
        AddOptional(name, field);
    }

    /// <summary>Adds a field that a message may lack, or that may be null.</summary>
    /// <param name="name">The exchange's name of the field.</param>
    /// <param name="field">Its meaning.</param>
    /// <param name="isRequired">False.</param>
    public void Add(string name, Field field, bool isRequired)
    {
        if (isRequired)
            Add(name, field);
        else
            AddOptional(name, field);
    }

    /// <summary>Reads one object. Fields that it lacks stay as they are in <paramref name="values"/>, so that an envelope may give the symbol or the time.</summary>
    /// <param name="json">Before the object.</param>
    /// <param name="levels">The decoder's level buffer.</param>
    /// <param name="values">Receives the values.</param>
    /// <exception cref="System.Text.Json.JsonException">A required field is missing, or a field has another form.</exception>
    public void Read(ref FrameReader json, LevelWriter levels, ref FieldValues values)
    {
        var seen = 0u;
        json.Object();
        while (json.Property(out var name))
            if (Find(name) is >= 0 and var index && !(IsOptional(index) && json.IsNext('n')))
            {
                ReadField(ref json, fields[index].Field, name, levels, ref values);
                seen |= 1u << index;
            }
            else
            {
                json.Skip();
            }

        if ((required & ~seen) is > 0 and var missing)
            json.Require(false, fields[BitOperations.TrailingZeroCount(missing)].Name);
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => fields.Select(field => Encoding.UTF8.GetString(field.Name)).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void AddOptional(string name, Field field)
    {
        if (fields.Count == MaxFields)
            throw new ArgumentException($"A map has at most {MaxFields} fields.", nameof(name));
        fields.Add((Encoding.UTF8.GetBytes(name), field));
    }

    private bool IsOptional(int index) => (required & (1u << index)) == 0;

    private int Find(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < fields.Count; index++)
            if (name.SequenceEqual(fields[index].Name))
                return index;
        return -1;
    }

    private void ReadField(ref FrameReader json, Field field, ReadOnlySpan<byte> name, LevelWriter levels, ref FieldValues values)
    {
        switch (field)
        {
            case Field.Symbol: values.Symbol = json.Text(); break;
            case Field.Sequence: values.Sequence = json.Id(numbers, out values.Id); break;
            case Field.Id: values.Id = json.IsNext('"') ? json.Text() : json.Number(); break;
            case Field.Count: values.Count = ReadCount(ref json); break;
            case Field.FirstId: values.FirstId = json.Id(numbers, out _); break;
            case Field.LastId: values.LastId = json.Id(numbers, out _); break;
            case Field.PreviousId: values.PreviousId = json.Id(numbers, out _); break;
            case Field.Price: values.Price = json.Decimal(numbers); break;
            case Field.Size: values.Size = json.Decimal(numbers); break;
            case Field.SignedSize: ReadSignedSize(ref json, ref values); break;
            case Field.TakerSide: values.TakerSells = ReadIsSell(ref json); break;
            case Field.TakerOrder: values.TakerSells = ReadIsAsk(ref json); break;
            case Field.MakerSide: values.TakerSells = !ReadIsSell(ref json); break;
            case Field.BuyerIsMaker: values.TakerSells = json.Flag(); break;
            case Field.TradeType: values.Type = json.EscapedText(); break;
            case Field.TypeFlag: values.Type = json.Flag() ? name : values.Type; break;
            case Field.Seconds: values.Micros = json.TimeAsMicros(digitsToMicros: 6); break;
            case Field.Milliseconds: values.Micros = json.TimeAsMicros(digitsToMicros: 3); break;
            case Field.Microseconds: values.Micros = json.TimeAsMicros(digitsToMicros: 0); break;
            case Field.Nanoseconds: values.Micros = json.TimeAsMicros(digitsToMicros: -3); break;
            case Field.UtcTime: values.Micros = json.UtcTimeAsMicros(); break;
            case Field.Bids: values.Bids = levelFormat.Read(ref json, levels, numbers); break;
            case Field.Asks: values.Asks = levelFormat.Read(ref json, levels, numbers); break;
            case Field.Checksum: values.Checksum = ReadChecksum(ref json); break;
            default: throw new InvalidOperationException($"The field {field} has no reader.");
        }
    }

    private void ReadSignedSize(ref FrameReader json, ref FieldValues values)
    {
        var digits = json.Decimal(numbers);
        values.TakerSells = digits[0] == '-';
        values.Size = digits[0] == '-' ? digits[1..] : digits;
    }

    private static bool ReadIsSell(ref FrameReader json)
    {
        var side = json.Text();
        if (Ascii.EqualsIgnoreCase(side, "sell"u8) || Ascii.EqualsIgnoreCase(side, "s"u8))
            return true;
        return Ascii.EqualsIgnoreCase(side, "buy"u8) || Ascii.EqualsIgnoreCase(side, "b"u8) ? false : throw json.Fault("The side is neither buy nor sell");
    }

    private static bool ReadIsAsk(ref FrameReader json)
    {
        var side = json.Text();
        if (Ascii.EqualsIgnoreCase(side, "ask"u8) || Ascii.EqualsIgnoreCase(side, "a"u8))
            return true;
        return Ascii.EqualsIgnoreCase(side, "bid"u8) || Ascii.EqualsIgnoreCase(side, "b"u8) ? false : throw json.Fault("The side is neither bid nor ask");
    }

    private static int ReadCount(ref FrameReader json) => json.AnyInteger(out _) switch
    {
        >= 1 and <= int.MaxValue and var count => (int)count,
        _ => throw json.Fault("The count is not a positive number"),
    };

    private static uint ReadChecksum(ref FrameReader json) => json.AnyInteger(out _) switch
    {
        >= 0 and <= uint.MaxValue and var sum => (uint)sum,
        >= int.MinValue and < 0 and var signed => unchecked((uint)signed),
        _ => throw json.Fault("The checksum does not fit 32 bits"),
    };
}
