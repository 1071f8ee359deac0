using System.Text.Json;
using Serilog.Events;
using Serilog.Expressions;
using Serilog.Formatting;
using Serilog.Templates;

namespace Ingester.Telemetry.Logs;

/// <summary>
/// Formats a log event as one line of JSON: <c>time</c> (UTC), <c>level</c>, <c>event</c> (the event's unique name), <c>message</c>, <c>replica</c>,
/// <c>shard</c>, <c>version</c>, <c>source</c>, and, if present, <c>properties</c> and <c>exception</c>.
/// </summary>
internal static class JsonLogFormat
{
    /// <summary>Creates the formatter of a process.</summary>
    public static ITextFormatter CreateFormatter(LogIdentity identity) => new ExpressionTemplate(
        "{ {time: UtcDateTime(@t), level: @l, event: EventName(EventId.Name), message: @m, "
        + $"replica: {Quote(identity.Replica)}, shard: {identity.Shard}, version: {Quote(LogIdentity.Version)}, "
        + "source: SourceContext, properties: CamelCase(rest()), exception: @x} }\n",
        nameResolver: new StaticMemberNameResolver(typeof(JsonLogFormat)));

    /// <summary>The event name: the name of the logging method without <c>Log</c>.</summary>
    public static LogEventPropertyValue? EventName(LogEventPropertyValue? name) =>
        name is ScalarValue { Value: string text } && text.StartsWith("Log", StringComparison.Ordinal) ? new ScalarValue(text[3..]) : name;

    /// <summary>Properties with camel-case names; null when there are none.</summary>
    public static LogEventPropertyValue? CamelCase(LogEventPropertyValue? properties) => properties is StructureValue { Properties: { Count: > 0 } all }
        ? new StructureValue(all.Select(one => new LogEventProperty(JsonNamingPolicy.CamelCase.ConvertName(one.Name), one.Value)))
        : null;

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
