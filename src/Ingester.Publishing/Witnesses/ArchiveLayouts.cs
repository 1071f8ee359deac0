using Ingester.Exchanges;

namespace Ingester.Publishing.Witnesses;

/// <summary>The files that exchanges publish, as their profiles state it.</summary>
internal static class ArchiveLayouts
{
    /// <summary>How long after the end of its period exchanges may publish a file late, or replace it: about seven days.</summary>
    public static TimeSpan ReplacementPeriod { get; } = TimeSpan.FromDays(7);

    /// <summary>All layouts, in the order of the exchanges and their datasets.</summary>
    public static IReadOnlyList<ArchiveLayout> All { get; } =
    [
        .. from exchange in ExchangeCatalog.All
           from dataset in exchange.Profile.Datasets
           where dataset.Published is not null
           select new ArchiveLayout(exchange.Profile.Name, dataset.Dataset, dataset.Published!),
    ];

    /// <summary>The families of exchanges that publish files, in ordinal order: the part of a name before its first dash.</summary>
    public static IReadOnlyList<string> Families { get; } = [.. All.Select(layout => layout.Exchange.Split('-')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The layouts of an exchange or of a family of exchanges: <c>binance</c> is spot and both kinds of futures.</summary>
    public static IReadOnlyList<ArchiveLayout> Of(string family) =>
        [.. All.Where(layout => layout.Exchange == family || layout.Exchange.StartsWith($"{family}-", StringComparison.Ordinal))];
}
