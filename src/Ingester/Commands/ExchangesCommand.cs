using System.CommandLine;
using System.Text.Json;
using Ingester.Catalog;
using Ingester.Errors;
using Ingester.Exchanges;

namespace Ingester.Commands;

/// <summary><c>ingester exchanges</c>: lists what each exchange offers and what is proven.</summary>
internal static class ExchangesCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("exchanges", """
            Lists the exchanges: datasets, grade of proof, source of snapshots, backfill, candles, and the limits that the recorder keeps.

            A dataset is proven if a recording of the exchange's own messages, in the current protocol, has events of it and passes the tests. The date is that of the
            newest such recording. The command sends no requests to exchanges.
            """)
        {
            Json,
        };
        command.SetAction(line =>
        {
            var exchanges = ExchangeCatalog.All.Select(ExchangeSummary.Of).OrderBy(exchange => exchange.Exchange, StringComparer.Ordinal).ToList();
            if (line.GetValue(Json))
                Console.WriteLine(JsonSerializer.Serialize(exchanges, Indented));
            else
                ExchangeTable.Write(exchanges, Screen.Open());
            return ExitCodes.Succeeded;
        });
        return command;
    }
}
