namespace Ingester.Integration.Tests.Nightly;

/// <summary>An execution or a task failed.</summary>
/// <param name="error">Name of the error, such as <c>States.TaskFailed</c>.</param>
/// <param name="cause">What AWS says about it.</param>
internal sealed class StateFailure(string error, string cause) : Exception($"{error}: {cause}")
{
    public string Error => error;

    public string Cause => cause;
}
