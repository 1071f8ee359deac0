using System.Buffers;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Reading;

namespace Ingester.Replaying;

/// <summary>Events of several streams as JSON lines: the stored row, and around it which stream it is of.</summary>
internal sealed class EventLine
{
    private static readonly JsonWriterOptions Form = new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>
    /// <c>{"exchange":…,"pair":…,"dataset":…,"row":{…}}</c>, or of a mark <c>{…,"mark":"gap","ts":…,"after":…,"upto":…,"note":…}</c>. It is valid until
    /// the next one.
    /// </summary>
    public ReadOnlyMemory<byte> Write(in MarketEvent found)
    {
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, Form);
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

    /// <summary>A mark in words, for the error stream.</summary>
    public static string Say(in MarketEvent mark) => mark.Kind switch
    {
        MarketEventKind.Gap => $"{mark.Stream}: {mark.Range} is missing before {Ingester.Core.Segments.Micros.ToDateTime(mark.Micros):O}",
        MarketEventKind.Unreadable => mark.Note!,
        _ => $"{mark.Stream}: {mark.Note}",
    };

    private static void WriteMark(Utf8JsonWriter json, in MarketEvent mark)
    {
        json.WriteString("mark"u8, mark.Kind switch
        {
            MarketEventKind.Gap => "gap"u8,
            MarketEventKind.Reset => "reset"u8,
            MarketEventKind.Unproven => "unproven"u8,
            _ => "unreadable"u8,
        });
        json.WriteNumber("ts"u8, mark.Micros);
        if (mark.Range is { } range)
        {
            json.WriteNumber("after"u8, range.After);
            json.WriteNumber("upto"u8, range.UpTo);
        }

        json.WriteString("note"u8, mark.Note);
    }
}
