using System.Globalization;
using Ingester.Errors;
using Ingester.Publishing.Export;

namespace Ingester.Exporting;

/// <summary>Prints the results of an export, and decides its exit code.</summary>
internal sealed class ExportResults
{
    private int exported;
    private int skipped;
    private int failed;
    private int incomplete;

    /// <summary>The line of progress.</summary>
    public static string Describe(ExportProgress progress, TimeSpan elapsed)
    {
        var left = progress.Part > 0.01 ? $", about {Text(elapsed * ((1 - progress.Part) / progress.Part))} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{progress.Done:N0} of {progress.Streams:N0} streams{(progress.Current is { } stream ? $", {stream} {progress.CurrentPart:P0}" : "")}{left}");
    }

    /// <summary>Adds the result of one stream, and prints it unless it was skipped.</summary>
    public void Add(StreamOutcome outcome)
    {
        if (outcome.Failure is { } reason)
        {
            failed++;
            Console.Error.WriteLine($"{outcome.Stream}: {reason}");
            return;
        }

        var manifest = outcome.Manifest!;
        incomplete += manifest.IsIncomplete ? 1 : 0;
        if (outcome.IsSkipped)
        {
            skipped++;
            return;
        }

        exported++;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{outcome.Stream}: revision {manifest.Revision}, {manifest.Events:N0} events, {manifest.Files.Count} files, {manifest.Files.Sum(file => file.Bytes):N0} bytes{Book(manifest)}{Marks(manifest)}"));
    }

    /// <summary>Prints the summary, and returns the exit code.</summary>
    /// <param name="request">What was requested.</param>
    /// <param name="isOver">True if the day is over.</param>
    public int Report(ExportRequest request, bool isOver)
    {
        if (exported + skipped + failed == 0)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The store has nothing of {request.Day:yyyy-MM-dd} to export for the given exchanges, markets and datasets."));
            return ExitCodes.Failed;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{exported:N0} streams exported, {skipped:N0} were up to date, {failed:N0} failed, {incomplete:N0} have parts that are missing or not proven."));
        if (!isOver)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.Day:yyyy-MM-dd} is not over: the files have only the rows that are stored now. Run the export again later."));
        return failed > 0 ? ExitCodes.Failed : incomplete > 0 || !isOver ? ExitCodes.Incomplete : ExitCodes.Succeeded;
    }

    private static string Book(StreamExport manifest) => manifest.BookKnownSeconds is { } known
        ? string.Create(CultureInfo.InvariantCulture, $", book known {known:0.###} s, proven {manifest.BookProvenSeconds:0.###} s")
        : "";

    private static string Marks(StreamExport manifest)
    {
        var marks = manifest.Marks.Select(mark => string.Create(CultureInfo.InvariantCulture, $"{mark.Value} {mark.Key}"));
        var texts = manifest.TextNumbers > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{manifest.TextNumbers} numbers as text")] : Array.Empty<string>();
        var all = string.Join(", ", marks.Concat(texts));
        return all.Length == 0 ? "" : $"; {all}";
    }

    private static string Text(TimeSpan span) => span.TotalMinutes >= 90 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h")
        : span.TotalSeconds >= 90 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s");
}
