using System.Reflection;
using System.Text.Json;
using Serilog.Events;
using Serilog.Expressions;
using Serilog.Formatting;
using Serilog.Templates;

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
internal static class JsonLogLine
{
    /// <summary>What writes the lines of a process.</summary>
    public static ITextFormatter For(LogIdentity identity) => new ExpressionTemplate(
        "{ {time: UtcDateTime(@t), level: @l, event: EventName(EventId.Name), message: @m, "
        + $"replica: {Literal(identity.Replica)}, shard: {identity.Shard}, version: {Literal(LogIdentity.Version)}, "
        + "source: SourceContext, properties: CamelCase(rest()), exception: @x} }\n",
        nameResolver: new StaticMemberNameResolver(typeof(JsonLogLine)));

    /// <summary>The name of an event: the methods that log it have it, after <c>Log</c>.</summary>
    public static LogEventPropertyValue? EventName(LogEventPropertyValue? name) =>
        name is ScalarValue { Value: string text } && text.StartsWith("Log", StringComparison.Ordinal) ? new ScalarValue(text[3..]) : name;

    /// <summary>Properties under the names of JSON; nothing where there are none.</summary>
    public static LogEventPropertyValue? CamelCase(LogEventPropertyValue? properties) => properties is StructureValue { Properties: { Count: > 0 } all }
        ? new StructureValue(all.Select(one => new LogEventProperty(JsonNamingPolicy.CamelCase.ConvertName(one.Name), one.Value)))
        : null;

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
