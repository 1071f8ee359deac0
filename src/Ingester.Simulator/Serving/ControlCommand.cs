using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Simulator.Faults;
using Microsoft.AspNetCore.Http;

namespace Ingester.Simulator.Serving;

/// <summary>One command of <see cref="ControlDesk"/>.</summary>
/// <param name="Method">GET for what is asked, POST for what is done.</param>
/// <param name="Name">The last part of its path.</param>
/// <param name="Required">The parameters that it needs, with commas between them.</param>
/// <param name="Optional">The parameters that it also accepts, with commas between them.</param>
/// <param name="Says">What it does, in a sentence.</param>
/// <param name="Run">Runs it and returns the answer.</param>
internal sealed record ControlCommand(string Method, string Name, string Required, string Optional, string Says, Func<ControlQuery, byte[]> Run)
{
    /// <summary>Every parameter that it accepts.</summary>
    public IReadOnlyList<string> Parameters { get; } = [.. Names(Required), .. Names(Optional)];

    /// <summary>Its parameters as the help shows them.</summary>
    public string Form() => $"{(Parameters.Count > 0 ? "?" : "")}{string.Join('&', Names(Required).Select(name => $"{name}=…"))}"
        + string.Concat(Names(Optional).Select((name, index) => $"[{(index > 0 || Required.Length > 0 ? "&" : "")}{name}=…]"));

    /// <summary>The names in a list with commas.</summary>
    public static IEnumerable<string> Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The query of a command. What is missing, not known or not a number is an <see cref="ArgumentException"/> with a sentence.</summary>
internal sealed class ControlQuery
{
    private readonly IQueryCollection query;

    /// <summary>Reads a query.</summary>
    public ControlQuery(IQueryCollection query, ControlCommand command)
    {
        this.query = query;
        if (query.Keys.FirstOrDefault(key => !command.Parameters.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"'{command.Name}' has no parameter '{unknown}'; its parameters are: {(command.Parameters.Count == 0 ? "none" : string.Join(", ", command.Parameters))}.");
        foreach (var name in ControlCommand.Names(command.Required))
            Text(name);
    }

    /// <summary>The connection named, if any.</summary>
    public long? Connection => Number("connection");

    /// <summary>Whether a cut is to fall inside a frame.</summary>
    public bool Inside => query["inside"] == "true";

    /// <summary>A span in seconds.</summary>
    public TimeSpan Span => query["seconds"].ToString() is not { Length: > 0 } text ? TimeSpan.Zero
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new ArgumentException($"'seconds={text}' is not a number of seconds.");

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => query[name].ToString() is { Length: > 0 } text
        ? text
        : throw new ArgumentException($"The query lacks '{name}'.");

    /// <summary>A whole number; null when it is not given.</summary>
    public long? Number(string name) => query[name].ToString() is not { Length: > 0 } text ? null
        : long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : throw new ArgumentException($"'{name}={text}' is not a whole number.");

    /// <summary>The stream named.</summary>
    public StreamId Stream() => DatasetNames.TryParse(Text("dataset"), out var dataset) && dataset.IsStreamed()
        ? new(dataset, Text("exchange"), Text("market"))
        : throw new ArgumentException($"'{Text("dataset")}' is not a streamed dataset.");

    /// <summary>The fault ordered.</summary>
    public FaultOrder Order(FaultKind kind) => new(kind)
    {
        Count = (int)Math.Clamp(Number("count") ?? 1, 1, int.MaxValue),
        Span = Span,
        Connection = Connection,
        Micros = Number("ts"),
        Garbage = query["garbage"].ToString() is not { Length: > 0 } text ? GarbageKind.Truncated
            : Enum.TryParse<GarbageKind>(text, ignoreCase: true, out var garbage) ? garbage
            : throw new ArgumentException($"'garbage={text}' is none of {string.Join(", ", Enum.GetNames<GarbageKind>()).ToLowerInvariant()}."),
    };
}
