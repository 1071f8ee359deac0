using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;

namespace Ingester.Replaying;

/// <summary>Writes events of several streams as JSON lines: the stored row with its stream.</summary>
internal sealed class EventLineWriter
{
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>
    /// <c>{"exchange":…,"pair":…,"dataset":…,"row":{…}}</c>, or for a mark <c>{…,"mark":"gap","ts":…,"to":…,"after":…,"upto":…,"note":…}</c>; a
    /// conflict also has the rejected row. The result is valid until the next call.
    /// </summary>
    public ReadOnlyMemory<byte> Write(in MarketEvent found)
    {
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        json.WriteStartObject();
        json.WriteString("exchange"u8, found.Stream.Exchange);
        json.WriteString("pair"u8, found.Stream.Market);
        json.WriteString("dataset"u8, found.Stream.Dataset.Name());
        if (found.Kind == MarketEventKind.Row)
        {
            json.WritePropertyName("row"u8);
            json.WriteRawValue(found.Row.Span, skipInputValidation: true);
        }
        else
        {
            WriteMark(json, found);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// A row of a merge with all variants: <c>{"row":{…}}</c>, in a disputed window <c>{"variant":"…","followed":true,"row":{…}}</c>.
    /// </summary>
    public static ReadOnlyMemory<byte> WithVariant(in MarketEvent found)
    {
        var label = found.Variant is { } variant ? $"{{\"variant\":\"{variant}\",\"followed\":{(found.IsAlternative ? "false" : "true")},\"row\":" : "{\"row\":";
        return (byte[])[.. Encoding.UTF8.GetBytes(label), .. found.Row.Span, (byte)'}'];
    }

    /// <summary>True for a mark after which the output is not proven to be complete.</summary>
    public static bool IsIncomplete(in MarketEvent found) => found.Kind is not (MarketEventKind.Row or MarketEventKind.Reset);

    /// <summary>Describes a mark for standard error.</summary>
    public static string Describe(in MarketEvent mark) => mark.Kind switch
    {
        MarketEventKind.Gap => $"{mark.Stream}: {mark.Range} is missing before {FormatTime(mark.Micros)}",
        MarketEventKind.Unreadable => $"{mark.Stream}: {mark.Note}",
        MarketEventKind.Conflict => $"{mark.Stream}: conflict at {mark.Range}: {mark.Note}: {Encoding.UTF8.GetString(mark.Row.Span)}",
        MarketEventKind.Missing or MarketEventKind.Unproven or MarketEventKind.Disputed =>
            $"{mark.Stream}: {KindName(mark.Kind)} from {FormatTime(mark.Micros)} to {FormatTime(mark.EndMicros)}: {mark.Note}",
        _ => $"{mark.Stream}: {mark.Note} at {FormatTime(mark.Micros)}",
    };

    /// <summary>A UTC time as text for people, in microseconds.</summary>
    public static string FormatTime(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private static string KindName(MarketEventKind kind) => kind switch
    {
        MarketEventKind.Gap => "gap",
        MarketEventKind.Reset => "reset",
        MarketEventKind.Unproven => "unproven",
        MarketEventKind.Missing => "missing",
        MarketEventKind.Disputed => "disputed",
        MarketEventKind.Conflict => "conflict",
        _ => "unreadable",
    };

    private static void WriteMark(Utf8JsonWriter json, in MarketEvent mark)
    {
        json.WriteString("mark"u8, KindName(mark.Kind));
        json.WriteNumber("ts"u8, mark.Micros);
        if (mark.EndMicros > 0)
            json.WriteNumber("to"u8, mark.EndMicros);
        if (mark.Range is { } range)
        {
            json.WriteNumber("after"u8, range.After);
            json.WriteNumber("upto"u8, range.UpTo);
        }

        json.WriteString("note"u8, mark.Note);
        if (mark.Row.IsEmpty)
            return;
        json.WritePropertyName("row"u8);
        json.WriteRawValue(mark.Row.Span, skipInputValidation: true);
    }
}
