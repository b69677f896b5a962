namespace Qdiff;

/// <summary>A mistake in what the user gave: the message is the whole story, says what, where and how to mend it, and is shown without a stack trace.</summary>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
