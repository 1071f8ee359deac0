using System.CommandLine;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.DataExchange;

namespace Ingester.Certifying;

/// <summary>The days, exchanges and datasets of a command.</summary>
internal sealed class CertificateScope
{
    private readonly Option<DateOnly> date = CommonArguments.Day();

    private readonly Option<IExchange[]> exchanges = CommonArguments.Exchanges();

    private readonly Option<string[]> datasets = new Option<string[]>("--dataset")
    {
        Description = "One of trades, agg-trades, depth, snapshots; can be repeated. Default: all.",
        DefaultValueFactory = _ => [],
    }.AcceptOnlyFromAmong([.. Enum.GetValues<Dataset>().Where(static dataset => dataset.IsSubscribed()).Select(static dataset => dataset.Name())]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { date, exchanges, datasets })
            command.Add(option);
    }

    /// <summary>The day.</summary>
    public DateOnly Day(ParseResult line) => line.GetValue(date);

    /// <summary>True if exchanges are named.</summary>
    public bool NamesExchanges(ParseResult line) => line.GetRequiredValue(exchanges).Length > 0;

    /// <summary>Those exchanges and datasets that the options select.</summary>
    public IReadOnlyList<CertificateKeys> Select(ParseResult line, IEnumerable<CertificateKeys> found) => [.. found.Where(keys => Selects(line, keys.Exchange, keys.Dataset))];

    /// <summary>Those data sources that the options select.</summary>
    public IReadOnlyList<DataSource> SelectSources(ParseResult line, IEnumerable<DataSource> found) => [.. found.Where(source => Selects(line, source.Exchange, source.Dataset))];

    private bool Selects(ParseResult line, string exchange, string dataset)
    {
        var (names, wanted) = (line.GetRequiredValue(exchanges), line.GetRequiredValue(datasets));
        return (names.Length == 0 || names.Any(one => one.Profile.Name == exchange)) && (wanted.Length == 0 || wanted.Contains(dataset));
    }
}
