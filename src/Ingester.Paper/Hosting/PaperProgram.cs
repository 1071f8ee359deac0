using System.CommandLine;
using System.Text.Json;
using Ingester.Paper.History;
using Ingester.Paper.Journal;
using Ingester.Paper.Models;
using Ingester.Paper.Settings;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Paper.Hosting;

/// <summary>The command line of the program.</summary>
internal static class PaperProgram
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Parses and runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("""
            Trades on paper, on recorded or live market data, and reports how much of the result rests on proven data. It holds no exchange key and sends no order.

            For example:
              ingester-paper run --from 2026-11-20T08:00 --to 2026-11-20T20:00 --market binance=BTC-USDT --profile dev
              ingester-paper report

            Exit codes: 0 done; 1 failed, or a check found something wrong; 2 invalid arguments or settings; 3 finished, but named parts are missing.
            """)
        {
            RunCommand.Create(), ReportCommand.Create(), VerifyJournalCommand.Create(), PaperDemoCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("See: ingester-paper --help");
            return ExitCodes.InvalidUsage;
        }

        try
        {
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopTimeout });
        }
        catch (SettingsException invalid)
        {
            await Console.Error.WriteLineAsync(invalid.Message);
            return ExitCodes.InvalidUsage;
        }
        catch (Exception failure) when (failure is HistoryException or JournalException or StoreException or UnreadableObjectException or IOException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return ExitCodes.Failed;
        }
        catch (ModelException failure)
        {
            await Console.Error.WriteLineAsync($"A model cannot be used: {failure.Message}.");
            return ExitCodes.InvalidUsage;
        }
        catch (JsonException invalid)
        {
            await Console.Error.WriteLineAsync($"A row of the recording is not readable: {invalid.Message}");
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCodes.Failed;
        }
    }
}
