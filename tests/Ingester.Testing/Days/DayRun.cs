using System.Globalization;

namespace Ingester.Testing.Days;

/// <summary>Records, publishes, verifies and repairs days; then changes published objects and checks that verification reports each change.</summary>
internal static class DayRun
{
    /// <summary>Runs everything; an assertion fails if something is wrong.</summary>
    /// <param name="minutes">Number of recorded minutes.</param>
    /// <param name="seed">The seed of all events and faults.</param>
    /// <param name="say">Receives one sentence per finished step.</param>
    public static async Task RunAsync(int minutes, int seed, Action<string> say)
    {
        using var days = new RecordedDays(minutes, seed);
        say(string.Create(CultureInfo.InvariantCulture, $"{minutes} minutes, seed {seed}: {days.Recorded.Truth.Frames.Count:N0} events sent, {days.Store.Keys.Count:N0} objects stored"));
        await days.PublishAsync();
        say(Compare(days, "first export"));
        await AssertVerifiedAsync(days);

        var fetched = await days.RepairAsync();
        await days.PublishAsync();
        say(Compare(days, string.Create(CultureInfo.InvariantCulture, $"{fetched:N0} trades fetched, exported again")));
        await AssertVerifiedAsync(days);
        foreach (var stream in days.Recorded.Truth.Streams)
            if (days.Manifests.Where(export => export.Key.Stream == RecordedDays.IdOf(stream)).Select(export => export.Value).FirstOrDefault(static export => export.Revision > 1) is { } changed)
                Assert.NotEmpty(changed.Changes);
        Assert.True(fetched == 0 || days.Manifests.Values.Any(static export => export.Revision == 2), "trades were fetched, and no export has a second revision");
        await AssertChangesAreFoundAsync(days);
    }

    private static string Compare(RecordedDays days, string what)
    {
        var comparison = new DayComparison(days);
        comparison.Compare();
        return string.Create(CultureInfo.InvariantCulture, $"{what}: {comparison.Rows:N0} rows equal, {comparison.Missing:N0} events missing as certified");
    }

    private static async Task AssertVerifiedAsync(RecordedDays days)
    {
        foreach (var ((dataset, day), certificate) in days.Certificates)
            for (var revision = 1; revision <= certificate.Predicate.Revision; revision++)
                Assert.Empty(await days.VerifyAsync(dataset, day, revision));
    }

    /// <summary>Checks that verification reports, with the reason, a changed byte, a lost object, a forged signature and swapped days.</summary>
    private static async Task AssertChangesAreFoundAsync(RecordedDays days)
    {
        var (yesterday, today) = (days.Days[0], days.Days[1]);
        var certificate = days.Certificates[("trades", today)];
        var (store, revision) = (days.Store, certificate.Predicate.Revision);
        var envelope = RecordedDays.KeysOf("trades", today).Envelope(revision);
        foreach (var file in certificate.Predicate.Streams.SelectMany(stream => stream.Files))
        {
            var (body, metadata) = (store.Body(file.Key), store.Metadata(file.Key));
            byte[] changed = [.. body];
            changed[changed.Length / 2] ^= 1;
            store.Forge(file.Key, changed, metadata);
            Assert.Contains($"{file.Key} was changed", Assert.Single(await days.VerifyAsync("trades", today)), StringComparison.Ordinal);
            store.Remove(file.Key);
            Assert.Equal($"{file.Key} is not there.", Assert.Single(await days.VerifyAsync("trades", today)));
            store.Forge(file.Key, body, metadata);
        }

        var (honest, about) = (store.Body(envelope), store.Metadata(envelope));
        await days.ForgeSignatureAsync(envelope);
        Assert.Contains("The signature of " + envelope + " is false", Assert.Single(await days.VerifyAsync("trades", today)), StringComparison.Ordinal);
        store.Forge(envelope, store.Body(RecordedDays.KeysOf("trades", yesterday).Envelope(1)), about);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"is the certificate of binance trades of {yesterday:yyyy-MM-dd}, revision 1: it does not belong there"), Assert.Single(await days.VerifyAsync("trades", today)), StringComparison.Ordinal);
        store.Forge(envelope, honest, about);
        Assert.Empty(await days.VerifyAsync("trades", today));
    }
}
