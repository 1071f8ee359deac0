using System.Globalization;
using System.Text.Json;
using Ingester.Configuration;
using Ingester.Errors;
using Ingester.Hosting;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.DataExchange;
using Ingester.Publishing.Export;
using Ingester.Publishing.Publication;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Schemas;
using Ingester.Storage.Stores;

namespace Ingester.Publication;

/// <summary>The part of <c>ingester publish</c> that publishes to AWS Data Exchange.</summary>
internal static class DataExchangePublication
{
    /// <summary>Publishes a day of the selected data sources.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="prefix">Key prefix below the store's own prefix, without slashes at its ends.</param>
    /// <param name="day">The day.</param>
    /// <param name="select">Selects some of the configured data sources.</param>
    /// <param name="json">Whether the result is printed as JSON.</param>
    /// <param name="cancel">Cancels it; it can be repeated.</param>
    /// <exception cref="CommandException">Settings are missing.</exception>
    public static async Task<int> RunAsync(Settings settings, string prefix, DateOnly day, Func<IEnumerable<DataSource>, IReadOnlyList<DataSource>> select, bool json, CancellationToken cancel)
    {
        var sources = SelectSources(settings, select);
        if (settings.Store.S3 is not { } bucket)
            throw new CommandException($"AWS Data Exchange imports files from a bucket, and the store is {settings.Store.Describe()}. Give --store s3://bucket/prefix.");
        var store = await StoreFactory.OpenExistingAsync(settings.Store, cancel);
        var clock = TimeProvider.System;
        using var work = new WorkFolder();
        using var client = new DataExchangeClient(settings.DataExchange, clock);
        var records = new PublicationRecords(store, work, clock);
        var publisher = new DataExchangePublisher(new(store, clock), new(store, bucket, clock), new(client, bucket.Bucket, settings.DataExchange, clock), client, records);
        var notifier = new DelayNotifier(client, records, settings.DataExchange.LateAfter, clock);
        var (outcomes, failures, delayed) = (new List<DataExchangeOutcome>(), new List<string>(), new List<DataSource>());
        foreach (var source in sources)
        {
            var keys = new CertificateKeys(prefix, source.Exchange, source.Dataset, day);
            if (await AttemptAsync(failures, async () => outcomes.Add(await publisher.PublishAsync(keys, source, cancel))))
            {
                if (!json)
                    Console.WriteLine(Describe(keys, outcomes[^1]));
                continue;
            }

            await AttemptAsync(failures, async () =>
            {
                if (await notifier.NotifyIfLateAsync(keys, source, cancel))
                    delayed.Add(source);
            });
        }

        foreach (var source in delayed)
            await Console.Error.WriteLineAsync($"The subscribers of {source.Exchange} {source.Dataset} were told that the day is late.");
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(new { Schema = OutputSchema.PublishDataExchange, Day = day, Published = outcomes.Select(JsonModel), Failures = failures, Delayed = delayed.Select(static source => new { source.Exchange, source.Dataset, DataSetId = source.DataSet }) }, JsonSerializerOptions.Web));
        return failures.Count > 0 ? ExitCodes.Failed : outcomes.TrueForAll(static one => one.Condition == Condition.Available) ? ExitCodes.Succeeded : ExitCodes.Incomplete;
    }

    /// <summary>The selected data sources.</summary>
    /// <exception cref="CommandException">None is configured, or none is selected.</exception>
    public static IReadOnlyList<DataSource> SelectSources(Settings settings, Func<IEnumerable<DataSource>, IReadOnlyList<DataSource>> select)
    {
        var all = settings.DataExchange.Sources();
        if (all.Count == 0)
            throw new CommandException("No data set is configured. Name the data set of each exchange and dataset, such as Ingester:DataExchange:DataSets:binance:trades=0123456789abcdef0123456789abcdef.");
        return select(all) is { Count: > 0 } selected
            ? selected
            : throw new CommandException($"--exchange and --dataset select none of the configured data sources: {string.Join(", ", all.Select(static source => $"{source.Exchange} {source.Dataset}"))}.");
    }

    /// <summary>Runs an attempt; a failure of this day or of the service is told and collected, and ends nothing else.</summary>
    internal static async Task<bool> AttemptAsync(List<string> failures, Func<Task> attempt)
    {
        try
        {
            await attempt();
            return true;
        }
        catch (Exception error) when (error is PublishException or CertificateException or DataExchangeException or StoreException)
        {
            failures.Add(error.Message);
            await Console.Error.WriteLineAsync(error.Message);
            return false;
        }
    }

    private static string Describe(CertificateKeys keys, DataExchangeOutcome outcome) => string.Create(CultureInfo.InvariantCulture,
        $"{keys}: {(outcome.IsNew ? "published" : "already published")}, revision {outcome.RevisionId}{(outcome.Replaced.Count > 0 ? $" instead of {string.Join(", ", outcome.Replaced)}" : "")}, {outcome.Condition.ToString().ToLowerInvariant()}, {outcome.Assets:N0} assets{(outcome.IsNew ? $", {outcome.Jobs:N0} import jobs" : "")}{(outcome.Notified ? ", subscribers notified" : "")}");

    private static object JsonModel(DataExchangeOutcome outcome) => new
    {
        outcome.Source.Exchange,
        outcome.Source.Dataset,
        DataSetId = outcome.Source.DataSet,
        outcome.RevisionId,
        outcome.Certificate,
        Condition = outcome.Condition.ToString().ToLowerInvariant(),
        outcome.Assets,
        outcome.Jobs,
        outcome.IsNew,
        outcome.Replaced,
        outcome.Notified,
    };
}
