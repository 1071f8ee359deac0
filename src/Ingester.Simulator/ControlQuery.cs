using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator;

/// <summary>
/// The query of a command. Missing, unknown or malformed parameters throw an <see cref="ArgumentException"/> with a message for the client.
/// </summary>
internal sealed class ControlQuery
{
    private readonly IQueryCollection query;

    /// <summary>Reads a query.</summary>
    public ControlQuery(IQueryCollection query, ControlCommand command)
    {
        this.query = query;
        if (query.Keys.FirstOrDefault(key => !command.Parameters.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"'{command.Name}' has no parameter '{unknown}'. Parameters: {(command.Parameters.Count == 0 ? "none" : string.Join(", ", command.Parameters))}.");
        foreach (var name in ControlCommand.SplitNames(command.Required))
            RequiredText(name);
    }

    /// <summary>The connection id, if given.</summary>
    public long? Connection => OptionalNumber("connection");

    /// <summary>True when the connection is cut inside a frame.</summary>
    public bool IsInsideFrame => query["inside"] == "true";

    /// <summary>The duration, given in seconds.</summary>
    public TimeSpan Duration => query["seconds"].ToString() is not { Length: > 0 } text ? TimeSpan.Zero
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException($"'seconds={text}' is not a number of seconds.");

    /// <summary>A required text parameter.</summary>
    public string RequiredText(string name) => query[name].ToString() is { Length: > 0 } text
        ? text
        : throw new ArgumentException($"The query parameter '{name}' is missing.");

    /// <summary>An optional text parameter; null when it is not given.</summary>
    public string? OptionalText(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>An optional integer parameter; null when it is not given.</summary>
    public long? OptionalNumber(string name) => query[name].ToString() is not { Length: > 0 } text ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"'{name}={text}' is not a whole number.");

    /// <summary>The stream of the parameters exchange, dataset and market.</summary>
    public StreamId ParseStream() => DatasetNames.TryParse(RequiredText("dataset"), out var dataset) && dataset.IsStreamed()
        ? new(dataset, RequiredText("exchange"), RequiredText("market"))
        : throw new ArgumentException($"'{RequiredText("dataset")}' is not a streamed dataset.");

    /// <summary>The requested fault.</summary>
    public FaultRequest ParseFault(InjectedFaultKind kind) => new(kind)
    {
        Count = (int)Math.Clamp(OptionalNumber("count") ?? 1, 1, int.MaxValue),
        Duration = Duration,
        Connection = Connection,
        Micros = OptionalNumber("ts"),
        Garbage = query["garbage"].ToString() is not { Length: > 0 } text ? GarbageKind.Truncated
            : Enum.TryParse<GarbageKind>(text, ignoreCase: true, out var garbage) ? garbage
            : throw new ArgumentException($"'garbage={text}' is not one of {string.Join(", ", Enum.GetNames<GarbageKind>()).ToLowerInvariant()}."),
    };
}
