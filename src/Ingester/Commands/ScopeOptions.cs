using System.CommandLine;
using Ingester.Core.Reading;

namespace Ingester.Commands;

/// <summary>Which streams and which time a command is about.</summary>
/// <param name="done">What is done with them, such as <c>audited</c>.</param>
internal sealed class ScopeOptions(string done)
{
    private readonly Option<DateTimeOffset> from = Arguments.Moment("--from", "The first moment.");
    private readonly Option<DateTimeOffset> to = Arguments.Moment("--to", "The first moment after.");
    private readonly Option<string[]> exchanges = new("--exchange") { Description = "The exchange; may be given again. Default: all.", DefaultValueFactory = _ => [] };
    private readonly Option<string> pair = new("--pair") { Description = "The market, * and ? allowed. Default: all.", DefaultValueFactory = _ => "*" };
    private readonly Option<string[]> datasets = Arguments.Datasets($"What is {done}, everything by default.");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { from, to, exchanges, pair, datasets })
            command.Add(option);
    }

    /// <summary>What the command line says.</summary>
    public AuditScope Read(ParseResult line)
    {
        var scope = new AuditScope
        {
            From = line.GetRequiredValue(from),
            To = line.GetRequiredValue(to),
            Exchanges = [.. line.GetRequiredValue(exchanges).Select(name => Arguments.Find(name).Profile.Name)],
            Pair = line.GetRequiredValue(pair),
            Datasets = [.. line.GetRequiredValue(datasets).Select(Arguments.Dataset)],
        };
        ArchiveOptions.RequireOrder(scope.From, scope.To);
        return scope;
    }
}
