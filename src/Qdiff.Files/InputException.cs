namespace Qdiff;

/// <summary>
/// Something the user gave is wrong: a file, a folder, a name, a setting. The message is the whole story (what, where, how to
/// mend); the command line prints it and exits with 2, without a stack trace.
/// </summary>
public class InputException(string message, Exception? cause = null) : Exception(message, cause);
