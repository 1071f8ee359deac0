using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Checking;

/// <summary>Judges what a check has found.</summary>
internal static class CheckJudge
{
    /// <summary>A window is whole after its neighbours: the recording must hold at least one minute completely.</summary>
    private const double MinSecondsForWindow = 180;

    /// <summary>A dataset with this many events in a long enough run must have a whole window.</summary>
    private const int EnoughEvents = 100;

    private static readonly string[] WrongCauses = ["skip", "checksum", "crossed", "undecodable", "conflict", "overflow"];

    /// <summary>The parts of a report with their verdicts.</summary>
    public static IEnumerable<CheckPart> Judge(CheckReport report)
    {
        yield return JudgeMarketList(report.MarketList, report.Markets);
        if (report is not { Connections: { } connections, Frames: { } frames })
        {
            yield return CheckPart.Of("recording", [], ["Nothing was recorded."]);
            yield break;
        }

        yield return JudgeConnections(connections);
        yield return JudgeSubscriptions(connections, report.Datasets);
        yield return CheckPart.Of("frames", frames.Quarantined.Select(group => $"{Count(group.Frames, "frame")} could not be decoded: {group.Reason}"), []);
        foreach (var dataset in report.Datasets)
            yield return JudgeDataset(dataset, report.Seconds);
        if (report.Books is { } books)
            yield return JudgeBooks(books, report);
        yield return CheckPart.Of(
            "raw recording",
            [],
            [
                report.RawDropped > 0 ? $"{Count(report.RawDropped, "message is", "messages are")} missing, because memory was full." : null,
                frames.Received > 0 && report.RawFiles.Count == 0 ? "There is no raw recording." : null,
            ]);
        yield return CheckPart.Of("recorder", report.Warnings.Where(warning => warning.IsError).Select(warning => warning.Message), []);
    }

    private static CheckPart JudgeMarketList(MarketListFacts list, IReadOnlyList<string> markets) => CheckPart.Of(
        "market list",
        [
            list.Error,
            list is { Error: null, Trading: 0 } ? $"None of {list.Markets} markets trades: are the statuses of ordinary trading named as before?" : null,
            list.Unreadable > 0 ? $"{Count(list.Unreadable, "entry", "entries")} of the list could not be read; the first: {list.UnreadableExamples[0]}" : null,
        ],
        [list is { Trading: > 0 } && markets.Count == 0 ? "No trading market matches the patterns." : null]);

    private static CheckPart JudgeConnections(ConnectionFacts connections) => CheckPart.Of(
        "connections",
        [
            connections.Opened == 0 ? "No connection could be opened." : null,
            .. connections.Failed.Select(failed => $"{Count(failed.Value, "attempt")} to connect failed: {failed.Key}."),
            .. connections.Lost.Select(lost => $"{Count(lost.Value, "connection was", "connections were")} lost: {lost.Key}."),
            connections.Silent > 0 ? $"{Count(connections.Silent, "connection")} received no frame." : null,
            connections.MessagesLost > 0 ? $"The exchange's counter of messages jumped {Count(connections.MessagesLost, "time")}." : null,
        ],
        []);

    private static CheckPart JudgeSubscriptions(ConnectionFacts connections, IReadOnlyList<DatasetFacts> datasets) => CheckPart.Of(
        "subscriptions",
        [
            .. connections.Requests.Select(problem => $"{Count(problem.Value, "subscription request was", "subscription requests were")} {problem.Key}."),
            .. datasets.Where(dataset => dataset.Unconfirmed.Count > 0).Select(dataset =>
                $"{dataset.Unconfirmed.Count} of {dataset.Streams} streams of {dataset.Dataset} were not confirmed and sent nothing: {string.Join(", ", dataset.Unconfirmed.Take(5))}."),
        ],
        [datasets.All(dataset => dataset.Streams == 0) ? "No stream was subscribed." : null]);

    private static CheckPart JudgeDataset(DatasetFacts dataset, double seconds) => CheckPart.Of(
        dataset.Dataset,
        [
            .. dataset.Gaps.Where(gap => WrongCauses.Contains(gap.Key, StringComparer.Ordinal)).Select(gap => $"{Count(gap.Value, "gap")} with the cause {gap.Key}."),
            dataset.IsContiguous && dataset.WithoutIds > 0 ? $"{Count(dataset.WithoutIds, "event has", "events have")} no ids, which must chain." : null,
            dataset.Profile.HasExchangeTime && dataset.WithoutTime > 0 ? $"{Count(dataset.WithoutTime, "event has", "events have")} no exchange time." : null,
            dataset.Profile.Sequence != Core.Sequencing.SequenceKind.None && dataset.Backward > 0 ? $"The ids of {Count(dataset.Backward, "event")} step back." : null,
            dataset.WholeWindows == 0 && seconds >= MinSecondsForWindow && dataset.Events >= EnoughEvents && dataset.HasWindows ? "No window is whole." : null,
        ],
        [
            dataset.Events == 0 ? $"No event was received from {Count(dataset.Streams, "market")}." : null,
            dataset.Gaps.GetValueOrDefault("reset") is > 0 and var resets ? $"The numbering was reset {Count(resets, "time")}: compare it with the exchange's documentation." : null,
            dataset.Gaps.GetValueOrDefault("disconnect") is > 0 and var cuts ? $"{Count(cuts, "gap")} with the cause disconnect." : null,
            dataset is { Events: > 0, WholeWindows: 0, HasWindows: true } ? seconds < MinSecondsForWindow
                ? $"{seconds.ToString("0", CultureInfo.InvariantCulture)} s are too short for a whole window; use --minutes 3 or more."
                : $"No window is whole, of only {Count(dataset.Events, "event")}." : null,
        ]);

    private static CheckPart JudgeBooks(BookFacts books, CheckReport report)
    {
        var depth = report.Datasets.First(dataset => dataset.Profile.Dataset is Dataset.Depth or Dataset.Snapshots);
        return CheckPart.Of(
            "books",
            [
                .. books.Invalid.Select(invalid => $"{Count(invalid.Value, "book")} failed a check: {invalid.Key}."),
                books.Fetched.GetValueOrDefault("failed") is > 0 and var failed ? $"{Count(failed, "request")} of a snapshot failed." : null,
                depth.Events > 0 && books.Stored == 0 ? "No snapshot was stored." : null,
            ],
            [
                depth is { Events: 0, Profile.Dataset: Dataset.Depth } ? "No diff was received." : null,
                report.ExpectsChecksums && depth is { Events: > 0, Checksums: 0 } ? "No diff has a checksum." : null,
            ]);
    }

    private static string Count(long count, string one, string? several = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : several ?? one + "s")}");
}
