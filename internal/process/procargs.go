package process

// procargs reads what macOS says of a process's start (kern.procargs2): the path of the
// program, nulls up to an even address, count words, and the environment up to an empty text.
func procargs(data []byte, count int) (words, environ []string) {
	texts := split(data)
	if len(texts) == 0 {
		return nil, nil
	}
	texts = texts[1:]
	for len(texts) > 0 && texts[0] == "" {
		texts = texts[1:]
	}
	if count < 0 || count > len(texts) {
		return nil, nil
	}
	words = texts[:count]
	for _, text := range texts[count:] {
		if text == "" {
			break
		}
		environ = append(environ, text)
	}
	return words, environ
}
