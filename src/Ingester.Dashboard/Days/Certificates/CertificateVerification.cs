using System.Globalization;
using System.Threading.Channels;
using Ingester.Dashboard.Stores;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Verification;

namespace Ingester.Dashboard.Days.Certificates;

/// <summary>
/// Verifies certificates on request, one at a time: signature, chain, and every file, as <c>ingester certificate verify</c> does. It reads all files, so a page
/// only starts it when a reader asks. Thread-safe.
/// </summary>
/// <param name="stores">The store.</param>
/// <param name="keys">The trusted keys.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class CertificateVerification(IStoreAccess stores, TrustedKeyFiles keys, TimeProvider clock, ILogger<CertificateVerification> log) : BackgroundService
{
    /// <summary>Requests that wait; a request that does not fit is rejected, and the reader asks again.</summary>
    private const int MaxWaiting = 16;

    private const int MaxResults = 2_000;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(2);

    private readonly Lock gate = new();
    private readonly Dictionary<CertificateKeys, VerificationState> states = [];
    private readonly Channel<CertificateKeys> requests = Channel.CreateBounded<CertificateKeys>(MaxWaiting);

    /// <summary>How far a certificate is verified.</summary>
    public VerificationState Find(CertificateKeys certificate)
    {
        lock (gate)
            return states.GetValueOrDefault(certificate) ?? (keys.Paths.Count == 0
                ? new() { Text = "Not verified: the dashboard was started without --key, so no key is trusted." }
                : new() { Text = "Not verified yet.", CanStart = true });
    }

    /// <summary>Requests a verification. It does nothing while the certificate is being verified or no key is trusted.</summary>
    public void Start(CertificateKeys certificate)
    {
        lock (gate)
            if (keys.Paths.Count > 0 && !(states.TryGetValue(certificate, out var known) && known.IsRunning))
                Set(certificate, requests.Writer.TryWrite(certificate)
                    ? new() { Text = "Waiting for another verification.", IsRunning = true }
                    : new() { Text = "Not verified: too many verifications are waiting. Try again later.", CanStart = true });
    }

    /// <summary>Verifies the next requested certificate.</summary>
    internal async Task RunNextAsync(CancellationToken cancellation)
    {
        var certificate = await requests.Reader.ReadAsync(cancellation);
        VerificationState state;
        try
        {
            using var trusted = new TrustedKeys();
            foreach (var path in keys.Paths)
                trusted.AddFile(path);
            var options = new VerificationOptions { Progress = new Reported(this, certificate) };
            var result = await stores.ReadAsync((store, stop) => new CertificateVerifier(new(store.Objects, clock), trusted).VerifyAsync(certificate, options, stop), cancellation, Limit);
            state = Describe(result);
        }
        catch (Exception fault) when (fault is DashboardFault or CertificateException)
        {
            state = new() { Text = $"Not verified: {fault.Message}", CanStart = true };
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A bug must not end the verifications of other certificates.
            LogFault(log, certificate.ToString(), fault);
            state = new() { Text = "Not verified: the verification ended because of a bug of the dashboard. Its log contains the exception.", CanStart = true };
        }

        lock (gate)
            Set(certificate, state);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await RunNextAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The dashboard stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "The verification of the certificate of {Certificate} ended because of a bug.")]
    private static partial void LogFault(ILogger log, string certificate, Exception fault);

    private VerificationState Describe(VerificationResult result)
    {
        var at = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return result.Holds
            ? new()
            {
                Text = string.Create(CultureInfo.InvariantCulture, $"Verified at {at}: revision {result.Statement!.Predicate.Revision}, {result.Files:N0} files, {result.Bytes:N0} bytes, {result.Rows:N0} rows, signed with the key {result.KeyId}."),
                Holds = true,
                CanStart = true,
            }
            : new()
            {
                Text = string.Create(CultureInfo.InvariantCulture, $"NOT VERIFIED at {at}: {result.Problems.Count:N0} {(result.Problems.Count == 1 ? "problem" : "problems")}."),
                Holds = false,
                Problems = result.Problems,
                CanStart = true,
            };
    }

    /// <summary>Called under the gate.</summary>
    private void Set(CertificateKeys certificate, VerificationState state)
    {
        if (states.Count >= MaxResults && !states.ContainsKey(certificate))
            foreach (var (other, known) in states)
                if (!known.IsRunning)
                    states.Remove(other);
        states[certificate] = state;
    }

    /// <summary>Takes the progress of a verification.</summary>
    private sealed class Reported(CertificateVerification owner, CertificateKeys certificate) : IProgress<(int File, int Total)>
    {
        public void Report((int File, int Total) value)
        {
            lock (owner.gate)
                owner.Set(certificate, new() { Text = string.Create(CultureInfo.InvariantCulture, $"Verifying file {value.File:N0} of {value.Total:N0}."), IsRunning = true });
        }
    }
}
