using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Ingester.Hosting;

/// <summary>Which process a log line is from.</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Shard">Which slice of the markets it records, from 0.</param>
internal sealed record LogIdentity(string Replica, int Shard)
{
    /// <summary>The version of the program, with the commit where it is known.</summary>
    public static string Version { get; } =
        typeof(LogIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}

/// <summary>
/// A log entry as one line of JSON: <c>time</c> (UTC), <c>level</c>, <c>event</c> (one name for one event), <c>message</c>, <c>replica</c>, <c>shard</c>,
/// <c>version</c>, <c>source</c>, and, where there are any, <c>properties</c> and <c>exception</c>.
/// </summary>
internal sealed class JsonLogLine(LogIdentity identity) : ITextFormatter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Own = ["SourceContext", "EventId"];
    private static readonly MessageTemplateTextFormatter Message = new("{Message:l}", CultureInfo.InvariantCulture);

    /// <summary>The name of an entry's event; null where it has none.</summary>
    public static string? EventName(LogEvent entry) =>
        entry.Properties.GetValueOrDefault("EventId") is StructureValue id
        && id.Properties.FirstOrDefault(part => part.Name == "Name")?.Value is ScalarValue { Value: string name }
            ? name.StartsWith("Log", StringComparison.Ordinal) ? name[3..] : name // the methods that log are named so
            : null;

    /// <inheritdoc/>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", logEvent.Timestamp.UtcDateTime);
            json.WriteString("level", logEvent.Level.ToString());
            if (EventName(logEvent) is { } name)
                json.WriteString("event", name);
            using var message = new StringWriter(CultureInfo.InvariantCulture);
            Message.Format(logEvent, message);
            json.WriteString("message", message.ToString());
            json.WriteString("replica", identity.Replica);
            json.WriteNumber("shard", identity.Shard);
            json.WriteString("version", LogIdentity.Version);
            if (logEvent.Properties.GetValueOrDefault("SourceContext") is ScalarValue { Value: string source })
                json.WriteString("source", source);
            WriteProperties(json, logEvent);
            if (logEvent.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteProperties(Utf8JsonWriter json, LogEvent entry)
    {
        var others = entry.Properties.Where(property => !Own.Contains(property.Key, StringComparer.Ordinal)).ToList();
        if (others.Count == 0)
            return;
        json.WriteStartObject("properties");
        foreach (var (name, value) in others)
        {
            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            Write(json, value);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: null }: json.WriteNullValue(); break;
            case ScalarValue { Value: bool flag }: json.WriteBooleanValue(flag); break;
            case ScalarValue { Value: int or long or short or byte or uint or ushort or sbyte } number:
                json.WriteNumberValue(Convert.ToInt64(number.Value, CultureInfo.InvariantCulture));
                break;
            case ScalarValue { Value: double number } when double.IsFinite(number): json.WriteNumberValue(number); break;
            case ScalarValue scalar: json.WriteStringValue(scalar.Value is IFormattable text ? text.ToString(null, CultureInfo.InvariantCulture) : scalar.Value!.ToString()); break;
            case SequenceValue sequence:
                json.WriteStartArray();
                foreach (var element in sequence.Elements)
                    Write(json, element);
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(value.ToString("l", CultureInfo.InvariantCulture)); break;
        }
    }
}
