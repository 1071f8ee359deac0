using System.CommandLine;
using Ingester.Core.Exchanges;
using Ingester.Reading.Auditing;

namespace Ingester.Commands;

/// <summary>Which streams and which time a command is about.</summary>
/// <param name="done">What is done with them, such as <c>audited</c>.</param>
internal sealed class ScopeOptions(string done)
{
    /// <summary>Windows that ended so shortly ago are still on their way to the store.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    private readonly Option<DateTimeOffset> from = Optional(Arguments.Moment("--from", "The first moment."));
    private readonly Option<DateTimeOffset> to = Optional(Arguments.Moment("--to", "The first moment after."));
    private readonly Option<TimeSpan?> last = Arguments.Span("--last", "Instead of --from and --to: so long until five minutes ago, such as 26h.");
    private readonly Option<string[]> exchanges = new("--exchange") { Description = "The exchange; may be given again. Default: all.", DefaultValueFactory = _ => [] };
    private readonly Option<string> pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private readonly Option<string[]> datasets = Arguments.Datasets($"What is {done}, everything by default.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { from, to, last, exchanges, pair, datasets })
            command.Add(option);
    }

    /// <summary>True when the period moves with the clock.</summary>
    public bool IsRelative(ParseResult line) => line.GetValue(last) is not null;

    /// <summary>What the command line says.</summary>
    public AuditScope Read(ParseResult line)
    {
        var (begin, end) = Period(line);
        ArchiveOptions.RequireOrder(begin, end);
        return new()
        {
            From = begin,
            To = end,
            Exchanges = [.. line.GetRequiredValue(exchanges).Select(name => Arguments.Find(name).Profile.Name)],
            Pair = line.GetRequiredValue(pair),
            Datasets = [.. line.GetRequiredValue(datasets).Select(Arguments.Dataset)],
        };
    }

    private (DateTimeOffset From, DateTimeOffset To) Period(ParseResult line)
    {
        var given = (From: line.GetResult(from) is not null, To: line.GetResult(to) is not null);
        if (line.GetValue(last) is not { } span)
            return given is (true, true)
                ? (line.GetValue(from), line.GetValue(to))
                : throw new CommandException("--from and --to are needed, or --last.");
        if (given.From || given.To)
            throw new CommandException("--last stands instead of --from and --to.");
        var end = TimeProvider.System.GetUtcNow() - Settling;
        return (end - span, end);
    }

    private static Option<DateTimeOffset> Optional(Option<DateTimeOffset> moment)
    {
        moment.Required = false;
        return moment;
    }
}
