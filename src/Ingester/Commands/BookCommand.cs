using System.CommandLine;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Reading.Books;
using Ingester.Replaying;
using Ingester.Schemas;
using Spectre.Console;

namespace Ingester.Commands;

/// <summary><c>ingester book</c>: the book of a market at a given time.</summary>
internal static class BookCommand
{
    private const int DefaultLevels = 10;

    private static readonly Argument<IExchange> Exchange = CommonArguments.Exchange();
    private static readonly Argument<string> Pair = CommonArguments.Pair();
    private static readonly Option<DateTimeOffset> At = CommonArguments.Moment("--at", "The time of the book.");

    private static readonly Option<int?> Levels = CommonArguments.Requiring(
        new Option<int?>("--levels") { Description = $"Number of levels shown per side. Default: {DefaultLevels}; all with --json." },
        levels => levels >= 1,
        _ => "--levels must be at least 1.");

    private static readonly ArchiveOptions Archive = new();
    private static readonly Option<bool> Json = CommonArguments.Json();

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("book", """
            Shows the order book of a market at a given time, from the last snapshot before it and the diffs since.

            It reports whether the book is proven to be without a gap, and to what depth it is known. The exit code is 3 if it is not proven, and 1 if the book is
            not known. It is 2 if the store holds no diffs of the market.
            """)
        {
            Exchange, Pair, At, Levels, Json,
        };
        Archive.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult line, CancellationToken cancel)
    {
        using var archive = await Archive.OpenAsync(line, cancel);
        var exchange = line.GetRequiredValue(Exchange).Profile.Name;
        var (pair, at) = (line.GetRequiredValue(Pair), line.GetRequiredValue(At));
        await ArchiveOptions.RequireStreamAsync(archive, new(Dataset.Depth, exchange, pair), at.AddHours(-1), at.AddHours(1), cancel);
        var book = await archive.GetBookAsync(exchange, pair, at, cancel);
        if (line.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(JsonModel(book, line.GetValue(Levels) ?? int.MaxValue), JsonSerializerOptions.Web));
        else
            Write(book, line.GetValue(Levels) ?? DefaultLevels, Screen.Open());
        return book switch
        {
            { Proof: BookProof.Unknown, IsStoreFailure: false } => ExitCodes.Failed,
            { Proof: BookProof.Proven, Unreadable.Count: 0 } => ExitCodes.Succeeded,
            _ => ExitCodes.Incomplete,
        };
    }

    private static void Write(BookResult book, int levels, IAnsiConsole screen)
    {
        screen.WriteLine($"{book.Exchange} {book.Market} at {EventLineWriter.FormatTime(book.AtMicros)} UTC");
        if (book.Proof != BookProof.Unknown)
            screen.Write(LevelTable(book, levels));
        screen.WriteLine($"{book.Proof}: {book.Reason}");
        if (book.Snapshot is { } snapshot)
            screen.WriteLine($"From the snapshot of {EventLineWriter.FormatTime(snapshot.Micros)} ({snapshot.Reason}, replica {snapshot.Replica}) and {book.Changes:N0} diffs up to "
                + $"{EventLineWriter.FormatTime(book.LastMicros)}: {snapshot.Key}");
        if (book.BidHorizon is not null || book.AskHorizon is not null)
            screen.WriteLine($"Complete from {book.BidHorizon?.ToString() ?? "the last bid"} to {book.AskHorizon?.ToString() ?? "the last ask"}; outside this range only levels changed since the snapshot are known (~).");
        if (book.IsCrossed)
            screen.WriteLine("The book is crossed: the best bid is not below the best ask, so the book is wrong.");
        foreach (var sentence in book.Unreadable)
            screen.WriteLine(sentence);
    }

    private static Table LevelTable(BookResult book, int levels)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("bid size").RightAligned()).AddColumn(new TableColumn("price").RightAligned()).AddColumn(new TableColumn("ask size").RightAligned());
        foreach (var ask in book.Asks.Take(levels).Reverse())
            table.AddRow("", FormatPrice(ask, book.AskHorizon is { } worst && ask.Price > worst), ask.Size.ToString());
        table.AddRow("", FormatSpread(book), "");
        foreach (var bid in book.Bids.Take(levels))
            table.AddRow(bid.Size.ToString(), FormatPrice(bid, book.BidHorizon is { } worst && bid.Price < worst), "");
        return table;
    }

    private static string FormatPrice(BookLevel level, bool uncertain) => uncertain ? $"~ {level.Price}" : level.Price.ToString();

    private static string FormatSpread(BookResult book) =>
        book is { Bids: [var bid, ..], Asks: [var ask, ..] } ? $"spread {ask.Price - bid.Price}" : "one side is empty";

    private static object JsonModel(BookResult book, int levels) => new
    {
        Schema = OutputSchema.Book,
        book.Exchange,
        Pair = book.Market,
        At = book.AtMicros,
        Proof = book.Proof.ToString().ToLowerInvariant(),
        book.Reason,
        book.Snapshot,
        book.Changes,
        Last = book.LastMicros,
        book.UpTo,
        Bids = book.Bids.Take(levels).Select(level => new[] { level.Price.ToString(), level.Size.ToString() }),
        Asks = book.Asks.Take(levels).Select(level => new[] { level.Price.ToString(), level.Size.ToString() }),
        BidHorizon = book.BidHorizon?.ToString(),
        AskHorizon = book.AskHorizon?.ToString(),
        Crossed = book.IsCrossed,
        book.Unreadable,
    };
}
