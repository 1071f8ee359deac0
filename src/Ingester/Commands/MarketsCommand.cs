using System.CommandLine;
using System.Text.Json;
using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester markets</c>: what discovery finds.</summary>
internal static class MarketsCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly Argument<string> Exchange = Arguments.Exchange();

    private static readonly Option<Uri?> Rest = new("--rest")
    {
        Description = "Ask here instead of the exchange's own REST address, such as a simulator's http://127.0.0.1:9700/binance.",
        CustomParser = Arguments.Address,
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("markets", "Lists the markets of an exchange that trade now: canonical names and the exchange's own symbols.")
        {
            Exchange, Rest, Json,
        };
        command.SetAction(CommandRunner.Guard(RunAsync));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        var exchange = Arguments.Find(line.GetRequiredValue(Exchange));
        var address = exchange.Profile.Markets;
        if (line.GetValue(Rest) is { } other)
            address = new(other.ToString().TrimEnd('/') + address.PathAndQuery);
        var markets = await AskAsync(exchange, address, cancel);
        if (line.GetValue(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(markets, JsonSerializerOptions.Web));
            return CommandRunner.Done;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("market").AddColumn("symbol");
        foreach (var market in markets.OrderBy(market => market.Name, StringComparer.Ordinal))
            table.AddRow(Markup.Escape(market.Name), Markup.Escape(market.Symbol));
        var screen = Screen.Open();
        screen.Write(table);
        screen.WriteLine($"{exchange.Profile.Name}: {markets.Count:N0} markets.");
        return CommandRunner.Done;
    }

    private static async Task<IReadOnlyList<Market>> AskAsync(IExchange exchange, Uri address, CancellationToken cancel)
    {
        using var http = RestClient.CreateClient();
        http.Timeout = Timeout;
        http.DefaultRequestHeaders.UserAgent.ParseAdd("ingester");
        try
        {
            return exchange.ReadMarkets(await http.GetByteArrayAsync(address, cancel));
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new CommandException($"{address} gave no market list: {error.Message}", error) { ExitCode = CommandRunner.Failed };
        }
    }
}
