using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Ingester.Deriving.Candles;

namespace Ingester.Candles;

/// <summary>
/// Runs a command of the user for each written object: <c>/bin/sh -c COMMAND</c> with the rows on its standard input. The object is described by environment variables, never by
/// text in the command, because names come from the exchange.
/// </summary>
/// <param name="command">The command.</param>
/// <param name="concurrency">Maximum number of commands that run at the same time.</param>
/// <param name="timeout">Maximum duration of one command; then it is killed with its children.</param>
/// <param name="clock">Measures the duration.</param>
internal sealed class ObjectAnalysis(string command, int concurrency, TimeSpan timeout, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim places = new(concurrency, concurrency);

    /// <summary>Runs the command for an object; returns the reason of its failure, or null.</summary>
    public async Task<string?> RunAsync(CandleSeries series, string symbol, CandleObject stored, CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        try
        {
            using var limit = new CancellationTokenSource(timeout, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
            try
            {
                return await ExecuteAsync(CreateStart(series, symbol, stored), stored.Rows, both.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return $"The command of --then did not end within {timeout}, for {stored.Key}.";
            }
        }
        catch (Win32Exception missing)
        {
            return $"The command of --then cannot be started: {missing.Message}.";
        }
        finally
        {
            places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private static async Task<string?> ExecuteAsync(ProcessStartInfo start, byte[] rows, CancellationToken cancel)
    {
        using var process = Process.Start(start) ?? throw new Win32Exception("no process was created");
        try
        {
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(rows, cancel);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The command does not read its input; its exit code says whether that is an error.
            }

            await process.WaitForExitAsync(cancel);
            return process.ExitCode == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"The command of --then ended with exit code {process.ExitCode}, for {start.Environment["CANDLES_KEY"]}.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo CreateStart(CandleSeries series, string symbol, CandleObject stored)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        start.Environment["CANDLES_EXCHANGE"] = series.Exchange;
        start.Environment["CANDLES_PAIR"] = series.Market;
        start.Environment["CANDLES_SYMBOL"] = symbol;
        start.Environment["CANDLES_INTERVAL"] = CandleIntervals.NameOf(series.Interval);
        start.Environment["CANDLES_KEY"] = stored.Key;
        return start;
    }
}
