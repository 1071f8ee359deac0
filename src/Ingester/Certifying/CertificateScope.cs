using System.CommandLine;
using Ingester.Commands;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;

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

    /// <summary>Those exchanges and datasets that the options select.</summary>
    public IReadOnlyList<CertificateKeys> Select(ParseResult line, IEnumerable<CertificateKeys> found)
    {
        var names = line.GetRequiredValue(exchanges).Select(exchange => exchange.Profile.Name).ToList();
        var wanted = line.GetRequiredValue(datasets);
        return [.. found.Where(keys => (names.Count == 0 || names.Contains(keys.Exchange)) && (wanted.Length == 0 || wanted.Contains(keys.Dataset)))];
    }
}
